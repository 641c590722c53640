package io.artifactvault.origin;

/**
 * Sends requests upstream. Called only on the threads of tasks; every method may block up to the configured timeouts.
 */
public interface Origin extends AutoCloseable {
    /**
     * Sends the request and waits for the final response head; redirects are not followed, bodies not decoded.
     *
     * @return a response that the caller must close
     * @throws OriginException when there is no complete head
     */
    OriginResponse send(OriginRequest request) throws OriginException;

    /** The budget that decides whether slow requests may be sent again. */
    default Hedges hedges() {
        return Hedges.NONE;
    }

    /** Closes pooled connections; requests in progress fail. */
    @Override
    void close();
}
