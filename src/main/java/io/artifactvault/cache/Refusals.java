package io.artifactvault.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.artifactvault.backend.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Upstream's recent refusals, per resource and caller: kept for seconds, in memory only, and only those that the origin gave its
 * own error code. A middlebox or a busy moment may refuse one request and not the next. Thread-safe.
 */
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

    private static boolean isRepeatable(Outcome.Final refusal) {
        return refusal.named()
                && switch (refusal.status()) {
                    case 401, 403, 404 -> refusal.kind() != Verdict.Kind.OTHER;
                    default -> false;
                };
    }
}
