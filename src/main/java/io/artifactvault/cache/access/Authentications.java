package io.artifactvault.cache.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.CredentialSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether upstream accepts a caller's credential at all, for any resource; learned from each response to a request with
 * that credential. Public content is served without an upstream request, but a credential that upstream rejects is
 * rejected for public content too, as upstream itself does. In memory only, by backend and caller. Thread-safe.
 */
public final class Authentications {
    private static final int OVERHEAD = 300;

    /** Upstream's decision about a credential. */
    public sealed interface Standing {
        record Accepted() implements Standing {}

        /** @param answer upstream's rejection, which applies to every request with the credential */
        record Refused(FetchOutcome.Final answer) implements Standing {}

        /** Upstream could not decide. */
        record Unclear() implements Standing {}
    }

    private record Key(String backend, Caller caller) {}

    private record Kept(Standing standing, Instant askedAt) {}

    private final Duration pause;

    /**
     * Credentials that upstream accepts. They are kept separately, so that a flood of invented credentials cannot evict
     * them.
     */
    private final Cache<Key, Kept> accepted;

    private final Cache<Key, Kept> others;

    Authentications(CredentialSettings settings) {
        this.pause = settings.pause();
        this.accepted = table(settings.memory() / 2);
        this.others = table(settings.memory() / 2);
    }

    private static Cache<Key, Kept> table(long bytes) {
        return Caffeine.newBuilder()
                .maximumWeight(bytes)
                .weigher(Authentications::weight)
                .build();
    }

    private static int weight(Key key, Kept kept) {
        int fields = kept.standing() instanceof Standing.Refused(FetchOutcome.Final answer)
                ? answer.fields().lines().stream()
                        .mapToInt(line -> line.name().length() + line.value().length())
                        .sum()
                : 0;
        return OVERHEAD + key.backend().length() + key.caller().id().length() + fields;
    }

    /** Upstream's last decision, if it is recent enough; empty if upstream must be asked. */
    public Optional<Standing> of(String backend, Caller caller, Duration ttl, Instant now) {
        return held(new Key(backend, caller))
                .filter(held -> now.isBefore(held.askedAt().plus(life(held.standing(), ttl))))
                .map(Kept::standing);
    }

    private Optional<Kept> held(Key key) {
        Kept other = others.getIfPresent(key);
        Kept accepting = accepted.getIfPresent(key);
        boolean later =
                other != null && (accepting == null || accepting.askedAt().isBefore(other.askedAt()));
        return Optional.ofNullable(later ? other : accepting);
    }

    private Duration life(Standing standing, Duration ttl) {
        return standing instanceof Standing.Unclear && pause.compareTo(ttl) < 0 ? pause : ttl;
    }

    public boolean isAccepted(String backend, Caller caller, Duration ttl, Instant now) {
        return of(backend, caller, ttl, now)
                .filter(Standing.Accepted.class::isInstance)
                .isPresent();
    }

    /** Whether upstream accepted the credential in its last decision, however long ago. */
    public boolean wasAccepted(String backend, Caller caller) {
        return accepted.getIfPresent(new Key(backend, caller)) != null;
    }

    /**
     * Records upstream's decision. If responses arrive out of order, the decision on the request that was sent last
     * counts.
     */
    public synchronized void record(String backend, Caller caller, Standing standing, Instant askedAt) {
        Key key = new Key(backend, caller);
        boolean outdated =
                held(key).filter(before -> askedAt.isBefore(before.askedAt())).isPresent();
        if (!outdated) {
            boolean isAccepted = standing instanceof Standing.Accepted;
            (isAccepted ? accepted : others).put(key, new Kept(standing, askedAt));
            (isAccepted ? others : accepted).invalidate(key);
        }
    }

    /**
     * Records that upstream could not decide, unless it has decided in the meantime. This does not revoke its earlier
     * decision.
     */
    public synchronized void unclear(String backend, Caller caller, Instant askedAt, Instant now) {
        Key key = new Key(backend, caller);
        boolean answered =
                held(key).filter(before -> !before.askedAt().isBefore(askedAt)).isPresent();
        if (!answered) {
            others.put(key, new Kept(new Standing.Unclear(), now));
        }
    }
}
