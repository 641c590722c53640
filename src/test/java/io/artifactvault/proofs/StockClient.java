package io.artifactvault.proofs;

import io.artifactvault.proofs.attack.Answer;
import io.artifactvault.proofs.attack.AnswerReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A client with one time limit for a connection and for each read, 10 s as most have. It uses each connection once.
 *
 * @param port of a server on 127.0.0.1
 */
record StockClient(int port, Duration timeout) {
    static final Duration READ_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    StockClient(int port) {
        this(port, READ_TIMEOUT);
    }

    Answer get(String target) throws IOException {
        return ask("GET", target, LONGEST);
    }

    /** @param most for the whole response */
    Answer ask(String method, String target, Duration most) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.connect(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
                    Math.toIntExact(Math.min(timeout.toMillis(), most.toMillis())));
            String head = method + " " + target + " HTTP/1.1\r\nHost: vault\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
            return new AnswerReader(socket, in, timeout).next(most, method.equals("HEAD"));
        }
    }
}
