package io.artifactvault.cache.lookup;

import io.artifactvault.backend.Cacheable;
import io.artifactvault.cache.content.Progress;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.PointerValue;
import java.time.Instant;
import java.util.Optional;

/**
 * The result of looking up one request in the store, for every kind of backend. Immutable.
 *
 * @param resolved the requested resource at the value of its name; the resource itself if it has no name
 * @param entry the stored response that the request selects
 * @param arriving the content of that response while it is still being received; empty once it is stored
 * @param pointer the last known value of the resource's name, if there is one
 * @param publicAt when the resource's scope was last seen to be public, if exactly this state of it was
 * @param variants the request fields by which the stored responses of the resource differ, if any was ever stored
 */
public record Lookup<R extends Cacheable>(
        R resolved,
        Optional<Entry> entry,
        Optional<Progress> arriving,
        Optional<PointerValue> pointer,
        Optional<Instant> publicAt,
        Optional<VariantSet> variants) {
    /** Nothing is stored, or the caller may not know what is. */
    public static <R extends Cacheable> Lookup<R> nothing(R resource) {
        return new Lookup<>(
                resource, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** The lookup of a resource that an ecosystem describes. */
    static <R extends Cacheable> Lookup<R> of(
            R resolved, Optional<PointerValue> pointer, Optional<Entry> entry, Optional<Instant> publicAt) {
        return new Lookup<>(resolved, entry, Optional.empty(), pointer, publicAt, Optional.empty());
    }

    /** The lookup of a resource that is governed by HTTP's own rules, before a response is selected. */
    public static <R extends Cacheable> Lookup<R> of(R resource, Optional<VariantSet> variants) {
        return new Lookup<>(resource, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), variants);
    }

    /** A copy with the response that the request selects. */
    Lookup<R> selecting(Optional<Entry> selected, Optional<Progress> content) {
        return new Lookup<>(resolved, selected, content, pointer, publicAt, variants);
    }

    /** Whether both lookups found the same response in the same state. */
    public boolean findsSame(Lookup<R> other) {
        return entry.equals(other.entry) && arriving.equals(other.arriving);
    }

    /** When upstream last responded about the resource; {@link Instant#EPOCH} if it never did. */
    Instant respondedAt() {
        return pointer.map(PointerValue::askedAt)
                .or(() -> entry.map(Entry::checkedAt))
                .orElse(Instant.EPOCH);
    }
}
