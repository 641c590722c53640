package io.artifactvault.proofs.attack;

import java.io.IOException;
import java.time.Duration;

/**
 * A client by its address, and the port of the vault that it speaks to.
 *
 * @param from a loopback address
 */
public record Client(String from, int port) {
    public Line open() throws IOException {
        return open(0);
    }

    /** @param window bytes that the system receives ahead of the reader */
    Line open(int window) throws IOException {
        return Line.open(from, port, window);
    }

    /** A whole request without a body. */
    public static String get(String target) {
        return head("GET", target) + "\r\n";
    }

    /** The head of a request, without the empty line at its end. */
    static String head(String method, String target) {
        return method + " " + target + " HTTP/1.1\r\nHost: vault\r\n";
    }

    /** The head of a request with a body of that length. */
    static String headWithBody(String method, String target, long length) {
        return head(method, target) + "Content-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n";
    }

    /** Asks on a connection of its own. */
    public Answer ask(String target, Duration patience) throws IOException {
        try (Line line = open()) {
            line.send(get(target));
            return line.receive(patience);
        }
    }
}
