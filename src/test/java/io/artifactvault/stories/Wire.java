package io.artifactvault.stories;

import io.artifactvault.fixtures.Stage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** A client's connection to the octet: what it sends, and what came back. One octet is one character; reading is bounded. */
final class Wire implements AutoCloseable {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");
    private final Socket socket;
    private final InputStream in;

    Wire(Stage<?> stage) throws IOException {
        this(stage.vault().port());
    }

    /** To any vault on this machine. */
    Wire(int port) throws IOException {
        this(port, "127.0.0.1");
    }

    /** @param from the client's own address: one of the loopback network, each of which is another client to the vault */
    Wire(int port, String from) throws IOException {
        socket = new Socket();
        // Before connecting, so that the window is as small: who does not read, holds the vault back soon.
        socket.setReceiveBufferSize(16 * 1024);
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) Stage.PATIENCE.toMillis());
        in = socket.getInputStream();
    }

    /** Sends, and reads what comes until the vault closes. */
    static String exchange(Stage<?> stage, String octets) throws IOException {
        try (Wire wire = new Wire(stage)) {
            return wire.send(octets).rest();
        }
    }

    /** The status codes of the answers in a text, in order; bodies in tests hold no status line. */
    static List<Integer> statuses(String answers) {
        return STATUS.matcher(answers)
                .results()
                .map(found -> Integer.valueOf(found.group(1)))
                .toList();
    }

    Wire send(String octets) throws IOException {
        socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Says that no more will be sent. */
    Wire finish() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** All that comes until the vault closes. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** What comes up to and with the text, or up to the end. */
    String until(String end) throws IOException {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            seen.write(octet);
            if (seen.toString(StandardCharsets.ISO_8859_1).endsWith(end)) {
                break;
            }
        }
        return seen.toString(StandardCharsets.ISO_8859_1);
    }

    /** Whether the vault ends the connection without another octet. */
    boolean closes() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Whether an answer comes within that time, and it is that there is too much. */
    boolean isRefusedWithin(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            String line = until("\r\n");
            return line.contains(" 429 ") || line.contains(" 503 ");
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** Ends the connection with RST. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
