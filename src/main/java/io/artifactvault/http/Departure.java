package io.artifactvault.http;

import java.util.concurrent.CompletableFuture;

/**
 * Signals that the client of a request has left: fires once, when the client closes its connection before its response
 * is complete. Work that only this client needs ends then. Thread-safe; listeners run on the thread that calls {@link
 * #gone}, which is usually an event loop, and must not block.
 */
public final class Departure {
    private final CompletableFuture<Void> happened = new CompletableFuture<>();

    /** Signals that the client has left; further calls have no effect. */
    public void gone() {
        happened.complete(null);
    }

    public boolean isGone() {
        return happened.isDone();
    }

    /** Runs the listener once the client has left; immediately, on this thread, if it already has. */
    public void whenGone(Runnable listener) {
        happened.thenRun(listener);
    }
}
