package io.artifactvault.app.cli;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Hasher;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A Hub on loopback with one large file: it announces the digest and redirects to the content, like the real one. For
 * {@link RehearseCommand} only. Each connection has its own thread, which ends with it.
 */
final class RehearsalHub implements AutoCloseable {
    static final String PATH = "/acme/rehearsal/resolve/main/model.bin";
    static final int LENGTH = 3 << 20;

    private static final String CONTENT = "/content";
    private static final byte[] BYTES = new byte[LENGTH];

    private final ServerSocket listener;
    private final String redirect;

    private RehearsalHub(ServerSocket listener) {
        this.listener = listener;
        this.redirect = "HTTP/1.1 302 Found\r\nLocation: " + CONTENT + "\r\nX-Repo-Commit: " + "a".repeat(40)
                + "\r\nX-Linked-Etag: \"" + sha256() + "\"\r\nX-Linked-Size: " + LENGTH
                + "\r\nContent-Length: 0\r\n\r\n";
    }

    static RehearsalHub open() throws IOException {
        RehearsalHub hub = new RehearsalHub(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().name("rehearsal-hub").start(hub::accept);
        return hub;
    }

    private static String sha256() {
        Hasher hasher = Hasher.of(Digest.Algorithm.SHA256, LENGTH);
        hasher.update(ByteBuffer.wrap(BYTES));
        return hasher.finish().hex();
    }

    String base() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException e) {
            // Closed: the rehearsal is over.
        }
    }

    private void serve(Socket accepted) {
        try (Socket client = accepted) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                skipFields(in);
                answer(line, client.getOutputStream());
            }
        } catch (IOException e) {
            // The vault has closed the connection.
        }
    }

    private static void skipFields(BufferedReader in) throws IOException {
        String line = in.readLine();
        while (line != null && !line.isEmpty()) {
            line = in.readLine();
        }
    }

    private void answer(String requestLine, OutputStream out) throws IOException {
        boolean isContent = requestLine.contains(" " + CONTENT + " ");
        String head = isContent ? "HTTP/1.1 200 OK\r\nContent-Length: " + LENGTH + "\r\n\r\n" : redirect;
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
        if (isContent && requestLine.startsWith("GET ")) {
            out.write(BYTES);
        }
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
