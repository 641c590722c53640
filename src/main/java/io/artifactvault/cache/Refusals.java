package io.artifactvault.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Upstream's recent refusals, per resource and caller: kept for seconds, in memory only. Thread-safe. */
final class Refusals {
    private static final int MOST = 10_000;

    private record Kept(Outcome.Final refusal, Instant until) {}

    private final Cache<String, Kept> kept =
            Caffeine.newBuilder().maximumSize(MOST).build();

    Optional<Outcome.Final> recent(String key, Instant now) {
        return Optional.ofNullable(kept.getIfPresent(key))
                .filter(k -> now.isBefore(k.until()))
                .map(Kept::refusal);
    }

    void remember(String key, Outcome.Final refusal, Duration ttl, Instant now) {
        if (refusal.status() == 404 || refusal.status() == 401 || refusal.status() == 403) {
            kept.put(key, new Kept(refusal, now.plus(ttl)));
        }
    }
}
