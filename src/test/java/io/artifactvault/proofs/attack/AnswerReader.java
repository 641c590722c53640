package io.artifactvault.proofs.attack;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalInt;

/** Reads responses from a connection, each within a time of its own. Confined to one thread. */
public final class AnswerReader {
    private final Socket socket;
    private final InputStream in;
    private final Duration silence;
    private long deadline;

    AnswerReader(Socket socket, InputStream in) {
        this(socket, in, Duration.ofDays(1));
    }

    /** @param silence the longest time that may pass without a byte */
    public AnswerReader(Socket socket, InputStream in, Duration silence) {
        this.socket = socket;
        this.in = in;
        this.silence = silence;
    }

    /** @param head whether the response is to a HEAD request */
    public Answer next(Duration patience, boolean head) throws IOException {
        deadline = System.nanoTime() + patience.toNanos();
        String first = line();
        if (!first.startsWith("HTTP/1.1 ") || first.length() < 12) {
            throw new IOException("Not a status line: " + first);
        }
        int status = Integer.parseInt(first.substring(9, 12));
        long length = -1;
        boolean chunked = false;
        boolean closes = false;
        OptionalInt retryAfter = OptionalInt.empty();
        for (String field = line(); !field.isEmpty(); field = line()) {
            String text = field.toLowerCase(Locale.ROOT);
            if (text.startsWith("content-length:")) {
                length = Long.parseLong(text.substring(text.indexOf(':') + 1).strip());
            }
            if (text.startsWith("retry-after:")) {
                retryAfter = OptionalInt.of(
                        Integer.parseInt(text.substring(text.indexOf(':') + 1).strip()));
            }
            closes |= text.equals("connection: close");
            chunked |= text.startsWith("transfer-encoding:") && text.endsWith("chunked");
        }
        if (status < 200) {
            return next(patience, head);
        }
        boolean bodiless = head || status == 204 || status == 304 || length == 0;
        if (bodiless) {
            return new Answer(status, new byte[0], System.nanoTime(), closes, retryAfter);
        }
        return body(status, chunked, length, closes, retryAfter);
    }

    private Answer body(int status, boolean chunked, long length, boolean closes, OptionalInt retryAfter)
            throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int first = read();
        long firstByteAt = System.nanoTime();
        if (chunked) {
            chunks(first, body);
        } else if (first >= 0) {
            body.write(first);
            take(length < 0 ? Long.MAX_VALUE : length - 1, length < 0, body);
        }
        if (length >= 0 && body.size() != length) {
            throw new EOFException("The body ended after " + body.size() + " of " + length + " bytes");
        }
        return new Answer(status, body.toByteArray(), firstByteAt, closes, retryAfter);
    }

    private void chunks(int first, ByteArrayOutputStream body) throws IOException {
        String size = first < 0 ? "" : (char) first + line();
        while (true) {
            long count = Long.parseLong(size, 16);
            take(count, false, body);
            if (count == 0) {
                while (!line().isEmpty()) {
                    // Trailers are of no interest.
                }
                return;
            }
            line();
            size = line();
        }
    }

    private void take(long count, boolean untilEnd, ByteArrayOutputStream body) throws IOException {
        byte[] buffer = new byte[8192];
        for (long left = count; left > 0; ) {
            beInTime();
            int step = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (step < 0) {
                if (untilEnd) {
                    return;
                }
                throw new EOFException("The connection ended within the body");
            }
            body.write(buffer, 0, step);
            left -= step;
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = read(); octet != '\n'; octet = read()) {
            if (octet < 0) {
                throw new EOFException("The connection ended without an answer");
            }
            line.append((char) octet);
        }
        return line.toString().strip();
    }

    private int read() throws IOException {
        beInTime();
        return in.read();
    }

    private void beInTime() throws IOException {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new SocketTimeoutException("No whole answer in time");
        }
        socket.setSoTimeout((int) Math.min(left, silence.toMillis()));
    }
}
