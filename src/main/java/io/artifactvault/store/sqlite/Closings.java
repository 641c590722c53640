package io.artifactvault.store.sqlite;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.artifactvault.http.caching.ClockSkew;
import java.time.Duration;
import java.time.Instant;

/**
 * Records when each scope was last closed: a response to an earlier request may arrive afterwards and must not open the
 * scope again. In memory only, for longer than any request takes. Thread-safe.
 */
public final class Closings {
    /** The separator between a scope and a state of it. */
    public static final String STATE = "\n";

    private static final int MOST = 10_000;
    private static final Duration LONGEST_QUESTION = Duration.ofHours(1);

    private final Cache<String, Instant> closed = Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(LONGEST_QUESTION)
            .build();

    public void note(String scope, Instant at) {
        closed.asMap().merge(scope, at, (one, other) -> one.isAfter(other) ? one : other);
    }

    /** Whether the scope, or the scope of that state, was closed after the request. */
    public boolean outdate(String key, Instant askedAt) {
        int state = key.indexOf(STATE);
        Instant at = closed.getIfPresent(state < 0 ? key : key.substring(0, state));
        return at != null && ClockSkew.isDuring(at, askedAt);
    }
}
