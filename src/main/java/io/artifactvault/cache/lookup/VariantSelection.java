package io.artifactvault.cache.lookup;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Request;
import io.artifactvault.store.Peek;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.EntryIndex;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Selects the response that matches a request (RFC 9111 §4 and §4.1) among stored and arriving responses. {@code peek}
 * never blocks and may leave the result unknown; {@code load} may read the disk and always determines it. Thread-safe.
 */
public record VariantSelection(EntryIndex index, Variants variants, Arrivals arrivals) {
    /** The result of the lookup if memory suffices to determine it, else empty. */
    public Optional<Lookup<HttpResource>> peek(HttpResource resource) {
        return switch (variants.peek(resource.key())) {
            case Peek.Unknown<VariantSet> _ -> Optional.empty();
            case Peek.Absent<VariantSet> _ -> Optional.of(Lookup.nothing(resource));
            case Peek.Found<VariantSet>(VariantSet set) -> peek(resource, set);
        };
    }

    private Optional<Lookup<HttpResource>> peek(HttpResource resource, VariantSet set) {
        List<Entry> entries = new ArrayList<>();
        for (String key : set.keys(resource.key(), resource.selecting())) {
            Optional<Entry> arriving = arrivals.entry(key);
            Peek<Entry> entry = arriving.isPresent() ? new Peek.Found<>(arriving.get()) : index.peek(key);
            switch (entry) {
                case Peek.Unknown<Entry> _ -> {
                    return Optional.empty();
                }
                case Peek.Found<Entry>(Entry found) -> entries.add(found);
                case Peek.Absent<Entry> _ -> {}
            }
        }
        return Optional.of(select(Lookup.of(resource, Optional.of(set)), entries));
    }

    public Lookup<HttpResource> load(HttpResource resource) {
        Optional<VariantSet> set = variants.load(resource.key());
        List<Entry> entries = set.stream()
                .flatMap(known -> known.keys(resource.key(), resource.selecting()).stream())
                .flatMap(key -> arrivals.entry(key).or(() -> index.load(key)).stream())
                .toList();
        return select(Lookup.of(resource, set), entries);
    }

    /** Selects the most recent of several matching responses (RFC 9111 §4). */
    private Lookup<HttpResource> select(Lookup<HttpResource> lookup, List<Entry> matching) {
        Optional<Entry> latest = matching.stream().max(Comparator.comparing(Entry::checkedAt));
        return lookup.selecting(latest, latest.flatMap(entry -> arrivals.progress(entry.key())));
    }

    /** Whether the response to another request applies to this one too (RFC 9111 §4.1), as far as memory knows. */
    public boolean isFor(HttpResource resource, StoredResponse stored) {
        return variants.peek(resource.key()) instanceof Peek.Found<VariantSet>(VariantSet set)
                && set.keys(resource.key(), resource.selecting())
                        .contains(stored.entry().key());
    }

    /** The key that equal requests share: those with the same method and the same values of the selecting fields. */
    public static String sharedKey(Request request, Lookup<HttpResource> found) {
        HttpResource resource = found.resolved();
        List<String> parts = new ArrayList<>(List.of(resource.key(), request.method()));
        found.variants().ifPresent(set -> parts.addAll(set.keys(resource.key(), resource.selecting())));
        return KeyBuilder.key(parts);
    }
}
