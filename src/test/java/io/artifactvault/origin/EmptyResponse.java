package io.artifactvault.origin;

import io.artifactvault.http.Fields;
import java.util.OptionalLong;

/** An answer without a body that remembers whether it was closed. */
public final class EmptyResponse implements OriginResponse {
    private final int status;
    private final Fields fields;
    private boolean closed;

    public EmptyResponse(int status, Fields fields) {
        this.status = status;
        this.fields = fields;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public Fields fields() {
        return fields;
    }

    @Override
    public OptionalLong contentLength() {
        return OptionalLong.of(0);
    }

    @Override
    public <E extends Exception> boolean next(Sink<E> sink) {
        return false;
    }

    @Override
    public void close() {
        closed = true;
    }

    public boolean isClosed() {
        return closed;
    }
}
