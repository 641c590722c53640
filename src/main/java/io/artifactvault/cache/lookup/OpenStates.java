package io.artifactvault.cache.lookup;

import io.artifactvault.backend.Resource.AccessScope;
import io.artifactvault.http.caching.ClockSkew;
import io.artifactvault.store.Peek;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.EntryIndex;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * The scopes that are open to callers without a credential. A scope is open while upstream confirms any of its states
 * to anonymous requests. A single state is open only once upstream has confirmed exactly that state to an anonymous
 * request, because its stored content may have been obtained with one, or under a name that now belongs to another
 * repository. Closing a scope closes all its states.
 *
 * <p>{@code peek} never blocks; the other methods may read the disk.
 */
public record OpenStates(EntryIndex index, Clock clock) {
    /**
     * When the scope was last seen open; absent unless the stored response belongs to a state that was confirmed
     * without a credential.
     */
    public Peek<Instant> peek(AccessScope scope, Optional<Entry> stored) {
        Peek<Instant> seenAt = index.peekPublic(scope.id());
        if (!(seenAt instanceof Peek.Found<Instant>)) {
            return seenAt;
        }
        return switch (index.peekPublic(scope.stateKey())) {
            case Peek.Found<Instant>(Instant confirmedAt) ->
                covers(scope, confirmedAt, stored) ? seenAt : new Peek.Absent<>();
            case Peek.Absent<Instant> absent -> absent;
            case Peek.Unknown<Instant> unknown -> unknown;
        };
    }

    /** As {@link #peek}, but reads the disk if memory does not suffice. */
    public Optional<Instant> load(AccessScope scope, Optional<Entry> stored) {
        return index.loadPublic(scope.id())
                .filter(_ -> index.loadPublic(scope.stateKey())
                        .filter(confirmedAt -> covers(scope, confirmedAt, stored))
                        .isPresent());
    }

    /**
     * Whether a confirmation covers the stored content. Content that can change may have been obtained with a
     * credential after it, and a confirmation that was recorded while the clock was ahead proves nothing.
     */
    private boolean covers(AccessScope scope, Instant confirmedAt, Optional<Entry> stored) {
        boolean since =
                stored.filter(entry -> confirmedAt.isBefore(entry.checkedAt())).isEmpty();
        return scope.fixed() || (since && !ClockSkew.isAhead(confirmedAt, clock.instant()));
    }

    /** Whether upstream's last response to an anonymous request for the scope, in any state, permitted access. */
    public boolean isOpen(AccessScope scope) {
        return index.loadPublic(scope.id()).isPresent();
    }

    /** Whether that state is readable without a credential, confirmed within the scope's ttl. */
    public boolean isFresh(AccessScope scope, Instant now) {
        return load(scope, Optional.empty())
                .filter(seenAt -> now.isBefore(seenAt.plus(scope.ttl())) && !ClockSkew.isAhead(seenAt, now))
                .isPresent();
    }

    /** Records that upstream confirmed the state to a request without a credential. */
    public void open(AccessScope scope, Instant askedAt) {
        index.markPublic(scope.stateKey(), askedAt);
        index.markPublic(scope.id(), askedAt);
    }

    /** Records that upstream refused the scope to a request without a credential. */
    public void close(AccessScope scope, Instant askedAt) {
        index.forgetPublic(scope.id(), askedAt);
    }
}
