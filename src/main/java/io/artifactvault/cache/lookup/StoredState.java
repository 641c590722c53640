package io.artifactvault.cache.lookup;

import io.artifactvault.backend.Resource;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.PointerValue;
import java.time.Instant;
import java.util.Optional;

/**
 * The store's knowledge of a resource.
 *
 * @param actual the resource at the value of its name, or the resource itself
 * @param pointer the value of its name, if it has one that was seen before
 * @param entry the stored response under {@code actual}'s key
 * @param publicAt when its scope was last seen to be public, if exactly this state of it was
 */
public record StoredState(
        Resource actual, Optional<PointerValue> pointer, Optional<Entry> entry, Optional<Instant> publicAt) {
    /** The stored state for a caller without access: empty. */
    public static StoredState unseen(Resource asked) {
        return new StoredState(asked, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** When upstream last responded about the stored state; the distant past if none exists. */
    Instant heardAt() {
        return pointer.map(PointerValue::askedAt)
                .or(() -> entry.map(Entry::checkedAt))
                .orElse(Instant.EPOCH);
    }

    /** The basis of the caller's access, for the operator. */
    public String byWhoseYes(CacheRequest<Resource> visit, boolean allowed) {
        if (visit.resource().scope().isEmpty()) {
            return "no access control";
        }
        String caller = visit.caller().isAnonymous() ? "anonymous" : "with a token";
        if (!allowed) {
            return caller + ", upstream must confirm access";
        }
        return caller + (publicAt.isPresent() ? ", public" : ", confirmed before");
    }
}
