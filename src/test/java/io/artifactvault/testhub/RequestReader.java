package io.artifactvault.testhub;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads requests from one connection: head, and body by Content-Length or chunks. Confined to the connection's thread. */
final class RequestReader {
    private static final int KEPT_BODY = 1 << 20;
    private static final int LONGEST_LINE = 1 << 16;

    private final InputStream in;
    private final OutputStream out;
    private final String origin;
    private final int connection;

    RequestReader(InputStream in, OutputStream out, String origin, int connection) {
        this.in = new BufferedInputStream(in);
        this.out = out;
        this.origin = origin;
        this.connection = connection;
    }

    /** The next request; empty when the client closed the connection. */
    Optional<OriginRequest> next() throws IOException {
        Optional<String> first = line();
        if (first.isEmpty() || first.get().isEmpty()) {
            return Optional.empty();
        }
        String[] words = first.get().split(" ", -1);
        if (words.length != 3) {
            throw new IOException("Not a request line: " + first.get());
        }
        Fields fields = fields();
        return Optional.of(new OriginRequest(origin, connection, words[0], words[1], fields, body(fields)));
    }

    private Fields fields() throws IOException {
        List<Fields.Field> fields = new ArrayList<>();
        for (String line = needLine(); !line.isEmpty(); line = needLine()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("Not a field: " + line);
            }
            fields.add(new Fields.Field(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return Fields.of(fields);
    }

    private byte[] body(Fields fields) throws IOException {
        boolean chunked = fields.first("Transfer-Encoding")
                .map(v -> v.toLowerCase(Locale.ROOT).contains("chunked"))
                .orElse(false);
        long length = fields.first("Content-Length").map(Long::parseLong).orElse(0L);
        if (chunked || length > 0) {
            allowBody(fields);
        }
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        if (chunked) {
            readChunks(kept);
        } else {
            take(length, kept);
        }
        return kept.toByteArray();
    }

    private void allowBody(Fields fields) throws IOException {
        if (fields.has("Expect")) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }
    }

    private void readChunks(ByteArrayOutputStream kept) throws IOException {
        while (true) {
            String size = needLine();
            int extension = size.indexOf(';');
            long count = Long.parseLong(
                    extension < 0 ? size.strip() : size.substring(0, extension).strip(), 16);
            if (count == 0) {
                fields(); // trailers, up to the empty line
                return;
            }
            take(count, kept);
            needLine();
        }
    }

    private void take(long count, ByteArrayOutputStream kept) throws IOException {
        byte[] buffer = new byte[8192];
        for (long left = count; left > 0; ) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (n < 0) {
                throw new EOFException("The client left in the middle of a request body.");
            }
            kept.write(buffer, 0, Math.min(n, KEPT_BODY - Math.min(KEPT_BODY, kept.size())));
            left -= n;
        }
    }

    private String needLine() throws IOException {
        return line().orElseThrow(() -> new EOFException("The client left in the middle of a request."));
    }

    private Optional<String> line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0 || line.size() > LONGEST_LINE) {
                return Optional.empty();
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
    }
}
