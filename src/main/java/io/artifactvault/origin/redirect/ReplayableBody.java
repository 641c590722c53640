package io.artifactvault.origin.redirect;

import io.artifactvault.http.RequestBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A short request body held in memory, so that it can be sent again after a redirect: the Hub responds to a POST to a
 * renamed repository with 307. Confined to the thread that sends it.
 */
final class ReplayableBody implements RequestBody {
    static final int LIMIT = 64 * 1024;

    private final byte[] bytes;
    private boolean taken;

    private ReplayableBody(byte[] bytes) {
        this.bytes = bytes;
    }

    static boolean isShort(RequestBody body) {
        OptionalLong length = body.length();
        return length.isPresent() && length.getAsLong() <= LIMIT;
    }

    /** Reads a short body to its end. */
    static ReplayableBody copyOf(RequestBody body) throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        for (ByteBuffer piece = body.next(); piece != null; piece = body.next()) {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            copy.writeBytes(bytes);
            if (copy.size() > LIMIT) {
                throw new IOException("the body is longer than announced");
            }
        }
        if (copy.size() != body.length().orElse(copy.size())) {
            throw new IOException("the body is shorter than announced");
        }
        return new ReplayableBody(copy.toByteArray());
    }

    /** The same content, unread. */
    ReplayableBody again() {
        return new ReplayableBody(bytes);
    }

    @Override
    public OptionalLong length() {
        return OptionalLong.of(bytes.length);
    }

    @Override
    public @Nullable ByteBuffer next() {
        if (taken || bytes.length == 0) {
            return null;
        }
        taken = true;
        return ByteBuffer.wrap(bytes);
    }
}
