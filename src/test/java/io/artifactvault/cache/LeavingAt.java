package io.artifactvault.cache;

import io.artifactvault.http.Fields;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginResponse;
import java.util.OptionalLong;

/** A response that runs something once so many bytes of it were taken. */
public final class LeavingAt implements OriginResponse {
    private final OriginResponse response;
    private final long bytes;
    private final Runnable then;
    private long taken;
    private boolean done;

    public LeavingAt(OriginResponse response, long bytes, Runnable then) {
        this.response = response;
        this.bytes = bytes;
        this.then = then;
    }

    @Override
    public int status() {
        return response.status();
    }

    @Override
    public Fields fields() {
        return response.fields();
    }

    @Override
    public OptionalLong contentLength() {
        return response.contentLength();
    }

    @Override
    public <E extends Exception> boolean next(Sink<E> sink) throws OriginException, E {
        boolean more = response.next(chunk -> {
            taken += chunk.remaining();
            sink.accept(chunk);
        });
        if (taken >= bytes && !done) {
            done = true;
            then.run();
        }
        return more;
    }

    @Override
    public void close() {
        response.close();
    }
}
