package io.artifactvault.origin;

import io.artifactvault.http.RequestBody;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A request body of a few bytes, read once. */
public final class ShortBody implements RequestBody {
    private final byte[] bytes;
    private final long announced;
    private boolean read;

    public ShortBody(String text) {
        this(text, text.length());
    }

    public ShortBody(String text, long announced) {
        this.bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        this.announced = announced;
    }

    @Override
    public OptionalLong length() {
        return OptionalLong.of(announced);
    }

    @Override
    public @Nullable ByteBuffer next() {
        if (read) {
            return null;
        }
        read = true;
        return ByteBuffer.wrap(bytes);
    }
}
