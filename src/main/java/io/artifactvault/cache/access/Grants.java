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
    /** Of states and refusals together; a registry's repository has one state for each of its digests. */
    private static final int MOST = 200_000;

    /**
     * The maximum number of states of one scope for one caller. The state confirmed longest ago is dropped first, and
     * then needs another request to upstream.
     */
    private static final int MOST_STATES = 64;

    private final Authentications authentications;

    private record Key(Caller caller, String scope) {}

    /**
     * One caller's access to one scope. Immutable.
     *
     * @param until by state, oldest confirmation first
     * @param deniedAt when the request was sent that upstream refused last
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

    private final Cache<Key, Granted> granted = Caffeine.newBuilder()
            .maximumWeight(MOST)
            .weigher((Key _, Granted own) -> Math.max(1, own.until().size()))
            .build();

    /** When each scope or state was last requested without a credential in addition to a caller's own request. */
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
     * Whether a stored response may be sent to the caller without permission from upstream.
     *
     * @param publicAt when the scope was last seen open to anonymous callers, if this state of it is known to be
     */
    public boolean allows(Caller caller, AccessScope scope, Optional<Instant> publicAt, Instant now) {
        if (publicAt.filter(at -> isWithin(at, at.plus(scope.ttl()), now)).isPresent()) {
            return true;
        }
        Granted own = granted.getIfPresent(new Key(caller, scope.id()));
        Instant end = own == null ? null : own.until().get(scope.state());
        return end != null && isWithin(end.minus(scope.ttl()), end, now);
    }

    /** Whether the caller was granted that state, however long ago, and has not been refused the scope since. */
    boolean hasAllowed(Caller caller, AccessScope scope) {
        Granted own = granted.getIfPresent(new Key(caller, scope.id()));
        return own != null && own.until().containsKey(scope.state());
    }

    /** Whether a confirmation is still valid; one that was recorded while the clock was ahead is not. */
    private static boolean isWithin(Instant confirmedAt, Instant end, Instant now) {
        return now.isBefore(end) && !ClockSkew.isAhead(confirmedAt, now);
    }

    /** Records the grant, unless the same caller was refused the scope in response to a later request. */
    void allow(Caller caller, AccessScope scope, Instant askedAt) {
        granted.asMap().compute(new Key(caller, scope.id()), (_, held) -> {
            Granted own = held == null ? Granted.NOTHING : held;
            return ClockSkew.isDuring(own.deniedAt(), askedAt)
                    ? own
                    : own.with(scope.state(), askedAt.plus(scope.ttl()));
        });
    }

    /** Ends the caller's grants for the scope, in all states. */
    public void deny(Caller caller, AccessScope scope, Instant askedAt) {
        granted.put(new Key(caller, scope.id()), new Granted(Map.of(), askedAt));
    }

    /** Whether the anonymous request was sent within the scope's ttl; if not, it counts as sent now. */
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

    /**
     * Records a refusal to an anonymous caller: after one for any state of a scope, the other states need no probes.
     */
    void refusedToAnonymous(AccessScope scope, Instant askedAt) {
        probed.put(scope.id(), askedAt);
    }

    void forgetProbe(AccessScope scope) {
        probed.invalidate(scope.stateKey());
    }
}
