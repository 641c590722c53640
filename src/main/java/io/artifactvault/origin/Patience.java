package io.artifactvault.origin;

import java.time.Duration;
import java.util.Optional;

/**
 * Timeouts of one request that are shorter than the defaults.
 *
 * @param connect for the connection
 * @param head from the request's last byte to the final response head; empty for the origin's default
 */
public record Patience(Optional<Duration> connect, Optional<Duration> head) {
    public static final Patience USUAL = new Patience(Optional.empty(), Optional.empty());

    /** A copy that also limits the time for connecting. */
    Patience connectingWithin(Duration limit) {
        return new Patience(Optional.of(shorter(connect, limit)), head);
    }

    /** A copy that also limits the time for the response head. */
    Patience answeringWithin(Duration limit) {
        return new Patience(connect, Optional.of(shorter(head, limit)));
    }

    private static Duration shorter(Optional<Duration> known, Duration limit) {
        return known.filter(most -> most.compareTo(limit) < 0).orElse(limit);
    }
}
