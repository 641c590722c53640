package io.artifactvault.cache.upstream;

import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.origin.redirect.RedirectFollower.Arrival;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * The head of upstream's response to a fetch, and of the redirects that led to it. Immutable.
 *
 * @param chain the redirects and, last, the response; never empty
 * @param length length of the content according to the message framing
 * @param receivedAt when the last head was received
 */
public record UpstreamHead(List<UpstreamAnswer> chain, OptionalLong length, Instant receivedAt) {
    public UpstreamHead {
        chain = List.copyOf(chain);
    }

    public static UpstreamHead of(Arrival arrival, Instant now) {
        return new UpstreamHead(Hops.answers(arrival.hops()), arrival.response().contentLength(), now);
    }

    public UpstreamAnswer last() {
        return chain.getLast();
    }

    public int status() {
        return last().status();
    }
}
