package io.artifactvault.cache.lookup;

import io.artifactvault.backend.Resource;
import io.artifactvault.cache.content.ContentCache;
import io.artifactvault.store.Peek;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.EntryIndex;
import io.artifactvault.store.index.PointerValue;
import java.time.Instant;
import java.util.Optional;

/**
 * Looks up an ecosystem's resource in the store: the value of its name, the response, and whether it is public.
 * {@code peek} never blocks and may leave the result unknown; {@code load} may read the disk and always determines it.
 * Thread-safe.
 */
public record ResourceLookup(EntryIndex index, ContentCache contents, OpenStates openStates) {
    /** The result of the lookup if memory suffices to determine it, else empty. */
    public Optional<Lookup<Resource>> peek(Resource resource) {
        Peek<PointerValue> pointer =
                resource.name().map(name -> index.peekPointer(name.key())).orElseGet(Peek.Absent::new);
        if (pointer instanceof Peek.Unknown) {
            return Optional.empty();
        }
        Optional<PointerValue> value = known(pointer);
        Resource resolved = value.map(v -> resource.at(v.value())).orElse(resource);
        Peek<Entry> entry = index.peek(resolved.key());
        Peek<Instant> publicAt = resolved.scope()
                .map(scope -> openStates.peek(scope, known(entry)))
                .orElseGet(Peek.Absent::new);
        if (publicAt instanceof Peek.Unknown) {
            return Optional.empty();
        }
        boolean maybePromised =
                entry instanceof Peek.Absent && resolved.promised().isPresent();
        return entry instanceof Peek.Unknown || maybePromised
                ? Optional.empty()
                : Optional.of(Lookup.of(resolved, value, known(entry), known(publicAt)));
    }

    public Lookup<Resource> load(Resource resource) {
        Optional<PointerValue> value = resource.name().flatMap(name -> index.loadPointer(name.key()));
        Resource resolved = value.map(v -> resource.at(v.value())).orElse(resource);
        Optional<Entry> entry = index.load(resolved.key()).or(() -> promised(resolved));
        Optional<Instant> publicAt = resolved.scope().flatMap(scope -> openStates.load(scope, entry));
        return Lookup.of(resolved, value, entry, publicAt);
    }

    /** The entry of a resource whose content is already stored under any name, according to its promised digest. */
    private Optional<Entry> promised(Resource resource) {
        Optional<Entry> entry = resource.promised()
                .flatMap(facts -> facts.digest()
                        .flatMap(index::loadBlob)
                        .flatMap(sha256 -> contents.length(sha256)
                                .map(length -> new Entry(
                                        resource.key(),
                                        200,
                                        facts.fields(),
                                        facts.length(),
                                        facts.digest(),
                                        Optional.of(sha256),
                                        Instant.EPOCH,
                                        Instant.EPOCH))));
        entry.ifPresent(index::put);
        return entry;
    }

    private static <T> Optional<T> known(Peek<T> peek) {
        return peek instanceof Peek.Found<T>(T value) ? Optional.of(value) : Optional.empty();
    }
}
