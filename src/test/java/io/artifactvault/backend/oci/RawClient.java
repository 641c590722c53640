package io.artifactvault.backend.oci;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A client's connection to the octet, for requests as real clients write them. Reading is bounded in time. */
final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket;
    private final InputStream in;

    /** The head of a response; lines without their ends, the status line first. */
    record Head(List<String> lines) {
        int status() {
            return Integer.parseInt(lines.getFirst().substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
        }

        /** The value of the first field of that name; empty text if there is none. */
        String field(String name) {
            String begin = name.toLowerCase(Locale.ROOT) + ":";
            return lines.stream()
                    .skip(1)
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(begin))
                    .map(line -> line.substring(begin.length()).strip())
                    .findFirst()
                    .orElse("");
        }
    }

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = socket.getInputStream();
    }

    /** Sends the lines of a request, with a Host field after the first. */
    Head send(String... lines) throws IOException {
        List<String> all = new ArrayList<>(List.of(lines));
        all.add(1, "Host: vault.test");
        socket.getOutputStream().write((String.join("\r\n", all) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        return head();
    }

    private Head head() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        while (!text.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("The vault hung up before the end of a head.");
            }
            text.write(octet);
        }
        return new Head(text.toString(StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> !line.isEmpty())
                .toList());
    }

    /** That many octets of the body. */
    byte[] body(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new IOException("The vault hung up after " + bytes.length + " of " + count + " octets.");
        }
        return bytes;
    }

    /** The body whose length the head gives. */
    byte[] body(Head head) throws IOException {
        return body(Integer.parseInt(head.field("Content-Length")));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
