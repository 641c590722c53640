package io.artifactvault.origin;

import java.util.List;
import java.util.function.Predicate;

/**
 * Sends a request and follows 301, 302, 303, 307 and 308, relative and absolute, on the fill's thread.
 *
 * <p>The credential goes to the first request's origin only: once a hop leaves that origin it is dropped for good, and
 * so are Cookie and X-HF-* fields. A loop, too many hops or a redirect into a private network fails. The chain is logged
 * at INFO as hosts and status codes, never with a query.
 */
public final class RedirectFollower {
    /** The chain and its last answer, still open; the last hop describes {@code response}. */
    public record Arrival(List<Hop> hops, OriginResponse response) implements AutoCloseable {
        public Hop last() {
            return hops.getLast();
        }

        @Override
        public void close() {
            response.close();
        }
    }

    private final Origin origin;

    public RedirectFollower(Origin origin) {
        this.origin = origin;
    }

    /**
     * @param enough asked at each redirect, with the hops so far: true to stop there and take that answer
     * @throws OriginException any failure of a hop, or of the chain itself
     */
    public Arrival follow(OriginRequest request, RedirectPolicy policy, Predicate<List<Hop>> enough)
            throws OriginException {
        OriginResponse response = origin.send(request);
        response.close();
        throw new OriginException(OriginFailure.BAD_REDIRECT, "not written yet " + policy + enough);
    }
}
