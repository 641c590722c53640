package io.artifactvault.origin.policy;

import io.artifactvault.http.Fields;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginResponse;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * A response of upstream that is observed while it is read; subclasses define how. Confined to the thread that reads
 * it.
 */
public abstract class ForwardingResponse implements OriginResponse {
    private final OriginResponse response;

    protected ForwardingResponse(OriginResponse response) {
        this.response = response;
    }

    @Override
    public final int status() {
        return response.status();
    }

    @Override
    public final Fields fields() {
        return response.fields();
    }

    @Override
    public final OptionalLong contentLength() {
        return response.contentLength();
    }

    @Override
    public <E extends Exception> boolean next(Sink<E> sink) throws OriginException, E {
        return response.next(sink);
    }

    @Override
    public final void expectPace() {
        response.expectPace();
    }

    @Override
    public final void allowSilence(Duration most) {
        response.allowSilence(most);
    }

    @Override
    public final boolean arrivesWithin(Duration patience) throws OriginException {
        return response.arrivesWithin(patience);
    }

    @Override
    public final void abort() {
        response.abort();
    }

    @Override
    public final void holdLittle() {
        response.holdLittle();
    }

    @Override
    public void close() {
        response.close();
    }
}
