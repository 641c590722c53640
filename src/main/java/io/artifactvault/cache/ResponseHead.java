package io.artifactvault.cache;

import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.origin.RedirectFollower.Arrival;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * The head of upstream's response to a fetch, and of the redirects that led to it. Immutable.
 *
 * @param chain the redirects and, last, the response; never empty
 * @param length of its content, as it is framed
 * @param receivedAt when the last head had come
 */
record ResponseHead(List<UpstreamAnswer> chain, OptionalLong length, Instant receivedAt) {
    ResponseHead {
        chain = List.copyOf(chain);
    }

    static ResponseHead of(Arrival arrival, Instant now) {
        return new ResponseHead(Hops.answers(arrival.hops()), arrival.response().contentLength(), now);
    }

    UpstreamAnswer last() {
        return chain.getLast();
    }

    int status() {
        return last().status();
    }
}
