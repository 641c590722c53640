package io.artifactvault.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.artifactvault.backend.Resource.AccessScope;
import java.time.Instant;
import java.util.Optional;

/**
 * Who may see what: each yes of upstream to one caller for one scope, until an instant. In memory only, so a restart
 * forgets them; that a scope is open to everybody is kept in the index instead. Thread-safe.
 */
final class Grants {
    private static final int MOST = 200_000;

    private record Key(Caller caller, String scope) {}

    private final Cache<Key, Instant> until =
            Caffeine.newBuilder().maximumSize(MOST).build();

    /** When each scope was last asked for without a credential on the side of somebody's yes. */
    private final Cache<String, Instant> probed =
            Caffeine.newBuilder().maximumSize(MOST).build();

    /**
     * Whether a stored answer may be sent to the caller without asking upstream first.
     *
     * @param publicAt when the scope was last seen open to anonymous callers
     */
    boolean allows(Caller caller, AccessScope scope, Optional<Instant> publicAt, Instant now) {
        if (publicAt.filter(at -> now.isBefore(at.plus(scope.ttl()))).isPresent()) {
            return true;
        }
        Instant end = until.getIfPresent(new Key(caller, scope.id()));
        return end != null && now.isBefore(end);
    }

    void allow(Caller caller, AccessScope scope, Instant now) {
        until.put(new Key(caller, scope.id()), now.plus(scope.ttl()));
    }

    void deny(Caller caller, AccessScope scope) {
        until.invalidate(new Key(caller, scope.id()));
    }

    /** Whether the anonymous question was asked within the scope's ttl; if not, it counts as asked now. */
    boolean wasProbed(AccessScope scope, Instant now) {
        Instant last = probed.getIfPresent(scope.id());
        boolean recent = last != null && now.isBefore(last.plus(scope.ttl()));
        if (!recent) {
            probed.put(scope.id(), now);
        }
        return recent;
    }

    void forgetProbe(AccessScope scope) {
        probed.invalidate(scope.id());
    }
}
