package io.artifactvault.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether upstream accepts a caller's credential at all, whatever it is asked for: learnt from each answer to a question with it. What
 * is open to everybody is served without a question, but a credential that upstream refuses is refused for that, too, as upstream
 * itself does. In memory only, by backend and caller. Thread-safe.
 */
final class Authentications {
    /** How long a caller counts as one without a credential because upstream could not say. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    private static final long MOST_BYTES = 16L << 20;
    private static final int OVERHEAD = 300;

    /** What upstream said of a credential. */
    sealed interface Standing {
        record Accepted() implements Standing {}

        /** @param answer upstream's refusal, which repeats for whatever is asked with the credential */
        record Refused(FetchOutcome.Final answer) implements Standing {}

        /** Upstream could not say. */
        record Unclear() implements Standing {}
    }

    private record Key(String backend, Caller caller) {}

    private record Kept(Standing standing, Instant askedAt) {}

    private final Cache<Key, Kept> kept = Caffeine.newBuilder()
            .maximumWeight(MOST_BYTES)
            .weigher(Authentications::weight)
            .build();

    private static int weight(Key key, Kept kept) {
        int fields = kept.standing() instanceof Standing.Refused(FetchOutcome.Final answer)
                ? answer.fields().lines().stream()
                        .mapToInt(line -> line.name().length() + line.value().length())
                        .sum()
                : 0;
        return OVERHEAD + key.backend().length() + key.caller().id().length() + fields;
    }

    /** Empty when upstream has to be asked. */
    Optional<Standing> of(String backend, Caller caller, Duration ttl, Instant now) {
        return Optional.ofNullable(kept.getIfPresent(new Key(backend, caller)))
                .filter(held -> now.isBefore(held.askedAt().plus(life(held.standing(), ttl))))
                .map(Kept::standing);
    }

    private static Duration life(Standing standing, Duration ttl) {
        return standing instanceof Standing.Unclear && PAUSE.compareTo(ttl) < 0 ? PAUSE : ttl;
    }

    boolean isAccepted(String backend, Caller caller, Duration ttl, Instant now) {
        return of(backend, caller, ttl, now)
                .filter(Standing.Accepted.class::isInstance)
                .isPresent();
    }

    /** What an answer said; one to a later question counts. */
    void heard(String backend, Caller caller, Standing standing, Instant askedAt) {
        kept.asMap()
                .merge(
                        new Key(backend, caller),
                        new Kept(standing, askedAt),
                        (before, now) -> now.askedAt().isBefore(before.askedAt()) ? before : now);
    }

    /** That upstream could not say, unless it has said something meanwhile. */
    void unclear(String backend, Caller caller, Instant askedAt, Instant now) {
        kept.asMap().compute(new Key(backend, caller), (_, before) -> {
            boolean answered = before != null && !before.askedAt().isBefore(askedAt);
            return answered ? before : new Kept(new Standing.Unclear(), now);
        });
    }
}
