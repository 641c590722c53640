package io.artifactvault.origin.wire;

import io.artifactvault.http.RequestBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A long request body whose first chunk has arrived. The vault takes a connection to the origin only then. Confined to
 * the thread that sends it.
 */
public final class StartedBody implements RequestBody {
    private final RequestBody rest;
    private @Nullable ByteBuffer first;

    private StartedBody(@Nullable ByteBuffer first, RequestBody rest) {
        this.first = first;
        this.rest = rest;
    }

    /** Waits for the first chunk of a body. */
    public static StartedBody of(RequestBody body) throws IOException {
        return new StartedBody(body.next(), body);
    }

    @Override
    public OptionalLong length() {
        return rest.length();
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
        ByteBuffer piece = first;
        first = null;
        return piece == null ? rest.next() : piece;
    }
}
