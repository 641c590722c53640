package io.artifactvault.cache.lookup;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.http.caching.Freshness;
import io.artifactvault.http.caching.RequestPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Upstream's recent refusals, per resource and caller: kept for seconds, in memory only, and only if the origin gave
 * them its own error code. A refusal without a code may come from a middlebox or a busy origin, which may not refuse
 * the next request. Thread-safe.
 */
public final class NegativeCache {
    /** One part in this many of the memory budget is reserved for refusals, up to a maximum in bytes. */
    private static final int PART = 16;

    private static final long MOST_BYTES = 16L << 20;

    /** The memory that a small refusal occupies besides its text. */
    private static final int OVERHEAD = 512;

    private record Kept(FetchOutcome.Final refusal, Freshness freshness) {}

    private final Cache<String, Kept> kept;

    /** Creates the cache and reserves its part of the memory budget while the vault runs. */
    public NegativeCache(MemoryBudget memory) {
        long bytes = Math.min(memory.most() / PART, MOST_BYTES);
        boolean setAside = memory.hold(MemoryBudget.NO_CLIENT).grow(bytes);
        this.kept = Caffeine.newBuilder()
                .maximumWeight(setAside ? bytes : 0)
                .weigher(NegativeCache::weight)
                .build();
    }

    private static int weight(String key, Kept kept) {
        return OVERHEAD
                + 2 * key.length()
                + kept.refusal().body().length
                + kept.refusal().fields().lines().stream()
                        .mapToInt(line -> line.name().length() + line.value().length())
                        .sum();
    }

    /**
     * The refusal to repeat, unless the request demands revalidation.
     *
     * @param minInterval the minimum time between upstream's refusal and the next request to upstream for the same key
     */
    public Optional<FetchOutcome.Final> recent(
            String key, RequestPolicy directives, Duration minInterval, Instant now) {
        return Optional.ofNullable(kept.getIfPresent(key))
                .filter(k -> k.freshness().isFreshAt(now))
                .filter(k -> directives.accepts(k.freshness(), StoredResponse.SILENT, now)
                        || k.freshness().age(now).compareTo(minInterval) < 0)
                .map(Kept::refusal);
    }

    public void remember(String key, FetchOutcome.Final refusal, Duration ttl, Instant now) {
        if (isRepeatable(refusal)) {
            kept.put(key, new Kept(refusal, Freshness.lasting(ttl, now)));
        }
    }

    private static boolean isRepeatable(FetchOutcome.Final refusal) {
        return refusal.named()
                && switch (refusal.status()) {
                    case 401, 403, 404 -> refusal.kind() != Verdict.Kind.OTHER;
                    default -> false;
                };
    }
}
