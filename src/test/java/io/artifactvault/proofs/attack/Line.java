package io.artifactvault.proofs.attack;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A client connection under full control, to the octet and to the second. Confined to one thread, except {@link #close} and
 * {@link #reset}, which also end what another thread waits for.
 */
public final class Line implements AutoCloseable {
    private static final int CONNECT_MILLIS = 3_000;

    private final Socket socket;
    private final OutputStream out;
    private @Nullable AnswerReader answers;

    private Line(Socket socket) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
    }

    /** @param window bytes that the system receives ahead of the reader; 0 for its default */
    static Line open(String from, int port, int window) throws IOException {
        Socket socket = new Socket();
        try {
            if (window > 0) {
                socket.setReceiveBufferSize(window);
            }
            socket.setTcpNoDelay(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), CONNECT_MILLIS);
            return new Line(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    public void send(byte[] octets) throws IOException {
        out.write(octets);
    }

    public void send(String octets) throws IOException {
        send(octets.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends one octet each period until the vault closes the connection. */
    void drip(char octet, Duration period) throws IOException {
        while (true) {
            Pause.of(period);
            out.write(octet);
        }
    }

    /** Reads one octet each period until the vault ends the connection. */
    void sip(Duration period) throws IOException {
        InputStream in = socket.getInputStream();
        while (in.read() >= 0) {
            Pause.of(period);
        }
    }

    /** Sends nothing and drops what comes until the vault ends the connection. */
    void drain() throws IOException {
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    /** Reads the next answer. */
    public Answer receive(Duration patience) throws IOException {
        return receive(patience, false);
    }

    /** @param head whether the answer is to a HEAD request */
    Answer receive(Duration patience, boolean head) throws IOException {
        AnswerReader reader = answers;
        if (reader == null) {
            reader = new AnswerReader(socket, new BufferedInputStream(socket.getInputStream()));
            answers = reader;
        }
        return reader.next(patience, head);
    }

    /** Ends the connection with RST. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // It was closed before.
        }
        close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // As closed as it gets.
        }
    }
}
