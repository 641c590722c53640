package io.artifactvault.cache.content;

import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A response body as a stream, for edits. Confined to the thread that reads it. */
public final class BodyInput extends InputStream {
    private final OriginResponse response;
    private byte[] chunk = new byte[0];
    private int position;
    private Optional<OriginException> failure = Optional.empty();

    public BodyInput(OriginResponse response) {
        this.response = response;
    }

    /** The reason why upstream broke off, if it did. The stream's own exception contains less detail. */
    public Optional<OriginException> failure() {
        return failure;
    }

    @Override
    public int read() throws IOException {
        return fetch() ? chunk[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (!fetch()) {
            return -1;
        }
        int count = Math.min(length, chunk.length - position);
        System.arraycopy(chunk, position, target, offset, count);
        position += count;
        return count;
    }

    private boolean fetch() throws IOException {
        if (position < chunk.length) {
            return true;
        }
        try {
            return response.next(bytes -> {
                chunk = new byte[bytes.remaining()];
                position = 0;
                bytes.get(chunk);
            });
        } catch (OriginException e) {
            failure = Optional.of(e);
            throw new IOException(e);
        }
    }
}
