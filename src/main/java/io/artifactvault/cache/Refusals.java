package io.artifactvault.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.artifactvault.backend.Verdict;
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
        if (isRepeatable(refusal)) {
            kept.put(key, new Kept(refusal, now.plus(ttl)));
        }
    }

    /** A 404 that upstream did not explain may be a middlebox's, or be gone at the next try. */
    private static boolean isRepeatable(Outcome.Final refusal) {
        return switch (refusal.status()) {
            case 401, 403 -> true;
            case 404 -> refusal.kind() != Verdict.Kind.OTHER;
            default -> false;
        };
    }
}
