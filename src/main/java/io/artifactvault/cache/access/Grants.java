package io.artifactvault.cache.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.artifactvault.backend.Resource.AccessScope;
import io.artifactvault.cache.lookup.OpenStates;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.CredentialSettings;
import io.artifactvault.http.caching.ClockSkew;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Access grants: each records that upstream confirmed one caller's access to one state of a scope, until an instant.
 * Kept in memory only, so a restart discards them; public scopes are kept in the index instead ({@link OpenStates}).
 * Thread-safe.
 */
public final class Grants {
    private static final int MOST = 200_000;

    /** Of one scope for one caller; the one that was confirmed longest ago goes first, and costs a question. */
    private static final int MOST_STATES = 64;

    private final Authentications authentications;

    private record Key(Caller caller, String scope) {}

    /**
     * What one caller may have of one scope. Immutable.
     *
     * @param until by state, oldest confirmation first
     * @param deniedAt when the question was asked that upstream refused last
     */
    private record Granted(Map<String, Instant> until, Instant deniedAt) {
        static final Granted NOTHING = new Granted(Map.of(), Instant.MIN);

        Granted with(String state, Instant end) {
            Map<String, Instant> states = new LinkedHashMap<>(until);
            states.remove(state);
            states.put(state, end);
            if (states.size() > MOST_STATES) {
                states.remove(states.keySet().iterator().next());
            }
            return new Granted(states, deniedAt);
        }
    }

    private final Cache<Key, Granted> granted =
            Caffeine.newBuilder().maximumSize(MOST).build();

    /** By scope or state: when it was last asked for without a credential, on the side of a caller's own question. */
    private final Cache<String, Instant> probed =
            Caffeine.newBuilder().maximumSize(MOST).build();

    public Grants(CredentialSettings settings) {
        this.authentications = new Authentications(settings);
    }

    /** Which callers' credentials upstream accepts. */
    public Authentications authentications() {
        return authentications;
    }

    /**
     * Whether a stored answer may be sent to the caller without asking upstream first.
     *
     * @param publicAt when the scope was last seen open to anonymous callers, where this state of it is known to be
     */
    public boolean allows(Caller caller, AccessScope scope, Optional<Instant> publicAt, Instant now) {
        if (publicAt.filter(at -> isWithin(at, at.plus(scope.ttl()), now)).isPresent()) {
            return true;
        }
        Granted own = granted.getIfPresent(new Key(caller, scope.id()));
        Instant end = own == null ? null : own.until().get(scope.state());
        return end != null && isWithin(end.minus(scope.ttl()), end, now);
    }

    /** A confirmation that was noted while the clock was ahead is none. */
    private static boolean isWithin(Instant confirmedAt, Instant end, Instant now) {
        return now.isBefore(end) && !ClockSkew.isAhead(confirmedAt, now);
    }

    /** Unless the same caller was refused the scope in answer to a later question. */
    void allow(Caller caller, AccessScope scope, Instant askedAt) {
        granted.asMap().compute(new Key(caller, scope.id()), (_, held) -> {
            Granted own = held == null ? Granted.NOTHING : held;
            return ClockSkew.isDuring(own.deniedAt(), askedAt)
                    ? own
                    : own.with(scope.state(), askedAt.plus(scope.ttl()));
        });
    }

    /** Ends what the caller was granted of the scope, in all states. */
    public void deny(Caller caller, AccessScope scope, Instant askedAt) {
        granted.put(new Key(caller, scope.id()), new Granted(Map.of(), askedAt));
    }

    /** Whether the anonymous question was asked within the scope's ttl; if not, it counts as asked now. */
    boolean wasProbed(AccessScope scope, Instant now) {
        boolean recent = isRecent(scope.id(), scope, now) || isRecent(scope.stateKey(), scope, now);
        if (!recent) {
            probed.put(scope.stateKey(), now);
        }
        return recent;
    }

    private boolean isRecent(String key, AccessScope scope, Instant now) {
        Instant last = probed.getIfPresent(key);
        return last != null && isWithin(last, last.plus(scope.ttl()), now);
    }

    /** What is refused to anonymous callers in one state need not be asked for in every other. */
    void refusedToAnonymous(AccessScope scope, Instant askedAt) {
        probed.put(scope.id(), askedAt);
    }

    void forgetProbe(AccessScope scope) {
        probed.invalidate(scope.stateKey());
    }
}
