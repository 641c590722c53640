package io.artifactvault.store.sqlite;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.artifactvault.http.caching.ClockSkew;
import io.artifactvault.store.index.PointerValue;
import java.time.Duration;
import java.time.Instant;

/**
 * Records when names last changed their target, by name prefix: a response to an earlier request describes the old
 * target. In memory only, for longer than any request takes. Thread-safe.
 */
public final class Moves {
    private static final int MOST = 1000;
    private static final Duration LONGEST_QUESTION = Duration.ofHours(1);

    private final Cache<String, Instant> moved = Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(LONGEST_QUESTION)
            .build();

    public void note(String beginning, Instant at) {
        moved.put(beginning, at);
    }

    /** Whether the name has changed its target since the request was sent. */
    public boolean outdate(String name, PointerValue value) {
        return moved.asMap().entrySet().stream()
                .anyMatch(
                        move -> ClockSkew.isDuring(move.getValue(), value.askedAt()) && name.startsWith(move.getKey()));
    }
}
