package io.artifactvault.cache;

import io.artifactvault.http.Fields;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;

/** A response whose body comes in chunks, and can stand still or break off on the way. Confined to one thread but for the gate. */
public final class ScriptedResponse implements OriginResponse {
    private static final int CHUNK = 10_007;

    private final int status;
    private final Fields fields;
    private final byte[] body;
    private int at;
    private int end = Integer.MAX_VALUE;
    private int standsAt = -1;
    private final CountDownLatch gate = new CountDownLatch(1);
    private volatile boolean aborted;
    private boolean closed;

    public ScriptedResponse(int status, Fields fields, byte[] body) {
        this.status = status;
        this.fields = fields;
        this.body = body;
    }

    /** Breaks off after so many bytes. */
    public ScriptedResponse cutAfter(int bytes) {
        end = bytes;
        return this;
    }

    /** Stands still after so many bytes, until the gate opens or the response is aborted. */
    public ScriptedResponse standingAt(int bytes) {
        standsAt = bytes;
        return this;
    }

    public void open() {
        gate.countDown();
    }

    public boolean isClosed() {
        return closed;
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
        return fields.first("Content-Length").stream()
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    @Override
    public boolean arrivesWithin(Duration patience) {
        return at != standsAt || gate.getCount() == 0;
    }

    @Override
    public void abort() {
        aborted = true;
        gate.countDown();
    }

    @Override
    public <E extends Exception> boolean next(Sink<E> sink) throws OriginException, E {
        if (at == standsAt) {
            await();
        }
        if (aborted || (at >= end && at < body.length)) {
            throw new OriginException(OriginFailure.BODY_CUT, "origin.test");
        }
        if (at >= body.length) {
            return false;
        }
        int stop = Math.min(Math.min(end, body.length), at + CHUNK);
        if (at < standsAt) {
            stop = Math.min(stop, standsAt);
        }
        ByteBuffer chunk = ByteBuffer.wrap(body, at, stop - at);
        at = stop;
        sink.accept(chunk);
        return true;
    }

    private void await() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
