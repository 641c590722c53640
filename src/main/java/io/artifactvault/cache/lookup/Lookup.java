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
 * @param resolved the requested resource at the value of its name, or the resource itself
 * @param entry the stored response that the request selects
 * @param arriving the content of that response while it is still being received; empty once it is stored
 * @param pointer the value of the resource's name, if it has one that was seen before
 * @param publicAt when the resource's scope was last seen to be public, if exactly this state of it was
 * @param variants by which request fields the stored responses of the resource differ, if a response was ever stored
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

    /**
     * The lookup of a resource about which only HTTP's own rules are known, without the response that the request
     * selects.
     */
    public static <R extends Cacheable> Lookup<R> of(R resource, Optional<VariantSet> variants) {
        return new Lookup<>(resource, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), variants);
    }

    /** The same with the response that the request selects. */
    Lookup<R> selecting(Optional<Entry> selected, Optional<Progress> content) {
        return new Lookup<>(resolved, selected, content, pointer, publicAt, variants);
    }

    /** Whether it finds the same response as another lookup, in the same state. */
    public boolean findsSame(Lookup<R> other) {
        return entry.equals(other.entry) && arriving.equals(other.arriving);
    }

    /** When upstream last responded about the resource; the distant past if it never did. */
    Instant respondedAt() {
        return pointer.map(PointerValue::askedAt)
                .or(() -> entry.map(Entry::checkedAt))
                .orElse(Instant.EPOCH);
    }
}
