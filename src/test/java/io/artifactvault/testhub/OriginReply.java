package io.artifactvault.testhub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The answer to one request, under the handler's full control: right, slow, cut, or wrong. Phases: the head is built ({@link
 * #status}, {@link #field}), sent ({@link #sendHead}), then the body ({@link #send}); what the handler leaves open the origin
 * completes. Confined to the connection's thread.
 */
public final class OriginReply {
    private static final int STEP = 1 << 16;

    private final OriginRequest request;
    private final OriginConnection connection;
    private final OutputStream out;
    private final List<Fields.Field> fields = new ArrayList<>();
    private final BodyScript script = new BodyScript();
    private int status = 200;
    private boolean headSent;
    private boolean chunked;
    private boolean closing;
    private boolean raw;
    private boolean content;
    private boolean flipping;
    private boolean ranges = true;
    private long declared = -1;
    private long lengthLie;
    private long position;
    private long written;
    private long bytesPerSecond = Long.MAX_VALUE;

    OriginReply(OriginRequest request, OriginConnection connection, OutputStream out) {
        this.request = request;
        this.connection = connection;
        this.out = out;
    }

    public OriginReply status(int code) {
        this.status = code;
        return this;
    }

    /** Adds a field line; an earlier line of the same name stays. */
    public OriginReply field(String name, String value) {
        fields.add(new Fields.Field(name, value));
        return this;
    }

    public OriginReply fields(Fields more) {
        fields.addAll(more.lines());
        return this;
    }

    /** Declares a length, true or not. A body of another length ends the connection. */
    public OriginReply contentLength(long length) {
        this.declared = length;
        return this;
    }

    /** Makes the declared length wrong by that many bytes, whatever the handler declares. */
    public OriginReply lieAboutLength(long difference) {
        this.lengthLie = difference;
        return this;
    }

    /** Frames the body in chunks; the default when no length is declared. */
    public OriginReply chunked() {
        this.chunked = true;
        return this;
    }

    /** The connection ends after this answer; with no length declared, that is what ends the body. */
    public OriginReply closing() {
        this.closing = true;
        return this;
    }

    /** Counts the body as content of a file. */
    public OriginReply asContent() {
        this.content = true;
        return this;
    }

    /** Limits the speed of the body. */
    public OriginReply throttle(long rate) {
        this.bytesPerSecond = Math.max(1, rate);
        return this;
    }

    /** Serves the whole, whatever range is asked for. */
    public OriginReply ignoreRange() {
        this.ranges = false;
        return this;
    }

    /** After {@code offset} bytes of the body, wait at the gate. An answer without a body (HEAD) never comes there. */
    public OriginReply gateAfter(long offset, Gate gate) {
        script.at(offset, reply -> reply.waitAt(gate));
        return this;
    }

    /** After {@code offset} bytes of the body, send FIN. */
    public OriginReply dropAfter(long offset) {
        script.at(offset, OriginReply::drop);
        return this;
    }

    /** After {@code offset} bytes of the body, send RST. */
    public OriginReply resetAfter(long offset) {
        script.at(offset, OriginReply::reset);
        return this;
    }

    /** Flips all bits of the byte at {@code offset} of the body. */
    public OriginReply corruptAt(long offset) {
        script.at(offset, reply -> reply.flipping = true);
        return this;
    }

    /** Inserts bytes at {@code offset} of the body, which do not belong there. */
    public OriginReply insertAt(long offset, byte[] bytes) {
        script.at(offset, reply -> reply.write(bytes, 0, bytes.length));
        return this;
    }

    /** Sends an interim answer (1xx) before the head. */
    public void informational(int code, Fields interim) throws IOException {
        writeHead(code, interim.lines());
        out.flush();
    }

    /** Sends the head as built so far. */
    public void sendHead() throws IOException {
        headSent = true;
        chooseFraming();
        writeHead(status, fields);
        out.flush();
    }

    /** Sends body bytes in the framing chosen; nothing in answer to HEAD. The head goes first if it was not sent yet. */
    public void send(byte[] bytes) throws IOException {
        send(bytes, bytes.length);
    }

    public void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a part of a content as body bytes. */
    public void send(Content source, long offset, long count) throws IOException {
        if (!hasBody()) {
            return;
        }
        byte[] buffer = new byte[(int) Math.min(STEP, count)];
        for (long at = 0; at < count; at += buffer.length) {
            int step = (int) Math.min(buffer.length, count - at);
            source.read(offset + at, buffer, 0, step);
            send(buffer, step);
        }
    }

    /** Sends bytes as they are: no head, no framing, also in answer to HEAD. The connection ends afterwards. */
    public void sendRaw(byte[] bytes) throws IOException {
        headSent = true;
        closing = true;
        out.write(bytes);
        out.flush();
    }

    public void sendRaw(String text) throws IOException {
        sendRaw(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends bytes as they are, one octet a character, and takes the next request on the same connection. */
    public void sendRawAndStay(String text) throws IOException {
        headSent = true;
        raw = true;
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** A whole answer: these bytes with their length. */
    public void answer(byte[] body) throws IOException {
        contentLength(body.length);
        sendHead();
        send(body);
    }

    public void answer(String body) throws IOException {
        answer(body.getBytes(StandardCharsets.UTF_8));
    }

    /** A whole answer: the content, or what the request's Range selects of it (206, 416). If-Range is compared with ETag and Last-Modified. */
    public void serve(Content source) throws IOException {
        field("Accept-Ranges", "bytes");
        switch (selection(source.length())) {
            case RangeSelection.Whole _ -> serve(source, 0, source.length());
            case RangeSelection.Part part -> {
                status(206).field("Content-Range", part.contentRange(source.length()));
                serve(source, part.first(), part.count());
            }
            case RangeSelection.Unsatisfiable _ -> {
                status(416).field("Content-Range", "bytes */" + source.length());
                content = false;
                answer("Range Not Satisfiable");
            }
        }
    }

    /** Sends what was written, then waits. */
    public void waitAt(Gate gate) throws IOException {
        out.flush();
        gate.pass();
    }

    /** Sends what was written, then lets time pass. */
    public void delay(Duration time) throws IOException {
        out.flush();
        sleep(time.toNanos());
    }

    /** Answers nothing, until the client closes the connection. The handler ends here. */
    public void neverAnswer() throws IOException {
        delayUnlessClosed(Duration.ofDays(1));
    }

    /** Sends what was written, then lets time pass. If the client closes the connection meanwhile, the handler ends here. */
    public void delayUnlessClosed(Duration time) throws IOException {
        out.flush();
        if (connection.isClosedWithin(time)) {
            throw new IOException("The client gave up waiting for an answer.");
        }
    }

    /** Ends the connection with FIN, in the middle of whatever was under way. The handler ends here. */
    public void drop() throws IOException {
        out.flush();
        connection.finish();
        throw new IOException("The script dropped the connection.");
    }

    /** Ends the connection with RST. The handler ends here. */
    public void reset() throws IOException {
        out.flush();
        connection.reset();
        throw new IOException("The script reset the connection.");
    }

    void apologise() throws IOException {
        closing = true;
        if (!headSent) {
            fields.clear();
            status(500).answer("The handler failed.");
        }
    }

    void complete() throws IOException {
        if (!headSent) {
            declared = mayHaveBody(status) ? Math.max(0, declared) : declared;
            sendHead();
        }
        if (hasBody()) {
            script.play(position, this);
            if (chunked) {
                out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        out.flush();
    }

    boolean keepsConnection() {
        boolean whole = raw || !hasBody() || chunked || written == declared + lengthLie;
        return !closing && whole;
    }

    private RangeSelection selection(long total) {
        String range = ranges ? request.field("Range").orElse("") : "";
        boolean current = request.field("If-Range")
                .map(v -> Fields.of(fields).all("ETag").contains(v)
                        || Fields.of(fields).all("Last-Modified").contains(v))
                .orElse(true);
        return current ? RangeSelection.of(range, total) : new RangeSelection.Whole();
    }

    private void serve(Content source, long offset, long count) throws IOException {
        contentLength(count);
        sendHead();
        send(source, offset, count);
    }

    private void chooseFraming() {
        if (declared >= 0) {
            field("Content-Length", Long.toString(declared + lengthLie));
        } else if (mayHaveBody(status) && (chunked || !closing)) {
            chunked = true;
            field("Transfer-Encoding", "chunked");
        }
        if (closing) {
            field("Connection", "close");
        }
    }

    private void writeHead(int code, List<Fields.Field> lines) throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + code + " " + Reasons.of(code) + "\r\n");
        lines.forEach(f -> head.append(f.name()).append(": ").append(f.value()).append("\r\n"));
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    }

    private boolean hasBody() {
        return !request.isHead() && mayHaveBody(status);
    }

    private static boolean mayHaveBody(int status) {
        return status >= 200 && status != 204 && status != 304;
    }

    private void send(byte[] bytes, int count) throws IOException {
        if (!headSent) {
            sendHead();
        }
        if (!hasBody()) {
            return;
        }
        int at = 0;
        while (at < count) {
            script.play(position, this);
            int step = (int) Math.min(Math.min(count - at, script.room(position)), pace());
            write(piece(bytes, at, step), 0, step);
            position += step;
            at += step;
        }
        script.play(position, this);
    }

    private byte[] piece(byte[] bytes, int at, int count) {
        byte[] piece = Arrays.copyOfRange(bytes, at, at + count);
        if (flipping) {
            piece[0] = (byte) ~piece[0];
            flipping = false;
        }
        return piece;
    }

    private void write(byte[] bytes, int from, int count) throws IOException {
        if (count == 0) {
            return;
        }
        keepPace(count);
        if (chunked) {
            out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }
        out.write(bytes, from, count);
        if (chunked) {
            out.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
        }
        written += count;
        request.countSent(count, content);
    }

    private long pace() {
        return bytesPerSecond == Long.MAX_VALUE ? STEP : Math.max(1, bytesPerSecond / 20);
    }

    private void keepPace(int count) throws IOException {
        if (bytesPerSecond != Long.MAX_VALUE) {
            out.flush();
            sleep(count * 1_000_000_000L / bytesPerSecond);
        }
    }

    private static void sleep(long nanos) throws IOException {
        try {
            Thread.sleep(Duration.ofNanos(nanos));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The origin stopped while an answer took its time.");
        }
    }
}
