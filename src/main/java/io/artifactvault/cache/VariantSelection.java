package io.artifactvault.cache;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.cache.fetch.Engine;
import io.artifactvault.cache.lookup.Arrivals;
import io.artifactvault.cache.lookup.Candidate;
import io.artifactvault.cache.lookup.StoredResponse;
import io.artifactvault.cache.lookup.VariantSet;
import io.artifactvault.cache.lookup.Variants;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.store.Peek;
import io.artifactvault.store.index.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Selects the response that matches a request (RFC 9111 §4 and §4.1) among stored and arriving responses. {@code peek}
 * never blocks and may not know; {@code load} may read the disk. Thread-safe.
 */
final class VariantSelection {
    private final Engine engine;
    private final Variants variants;
    private final Arrivals arrivals;

    VariantSelection(Engine engine, Variants variants, Arrivals arrivals) {
        this.engine = engine;
        this.variants = variants;
        this.arrivals = arrivals;
    }

    /** The stored state for a request: the variant set, and the response that the request selects. */
    record Known(Optional<VariantSet> menu, Optional<StoredResponse> stored) {
        Candidate candidate() {
            boolean others = menu.filter(known -> !known.names().isEmpty()).isPresent();
            return new Candidate(stored, others ? Forward.VARY_MISS : Forward.URI_MISS, true);
        }

        /** The key under which equal requests meet. */
        String flight(CacheRequest<HttpResource> visit) {
            HttpResource resource = visit.resource();
            List<String> parts =
                    new ArrayList<>(List.of(resource.key(), visit.request().method()));
            menu.ifPresent(named -> parts.addAll(named.keys(resource.key(), resource.selecting())));
            return KeyBuilder.key(parts);
        }
    }

    Optional<Known> peek(CacheRequest<HttpResource> visit) {
        return switch (variants.peek(visit.resource().key())) {
            case Peek.Unknown<VariantSet> _ -> Optional.empty();
            case Peek.Absent<VariantSet> _ -> Optional.of(new Known(Optional.empty(), Optional.empty()));
            case Peek.Found<VariantSet>(VariantSet menu) -> peek(visit, menu);
        };
    }

    private Optional<Known> peek(CacheRequest<HttpResource> visit, VariantSet menu) {
        List<Entry> entries = new ArrayList<>();
        for (String key : menu.keys(visit.resource().key(), visit.resource().selecting())) {
            Optional<Entry> arriving = arrivals.entry(key);
            Peek<Entry> entry = arriving.isPresent()
                    ? new Peek.Found<>(arriving.get())
                    : engine.index().peek(key);
            switch (entry) {
                case Peek.Unknown<Entry> _ -> {
                    return Optional.empty();
                }
                case Peek.Found<Entry>(Entry found) -> entries.add(found);
                case Peek.Absent<Entry> _ -> {}
            }
        }
        return Optional.of(new Known(Optional.of(menu), latest(visit, entries)));
    }

    Known load(CacheRequest<HttpResource> visit) {
        Optional<VariantSet> menu = variants.load(visit.resource().key());
        List<Entry> entries = menu.stream()
                .flatMap(known ->
                        known.keys(visit.resource().key(), visit.resource().selecting()).stream())
                .flatMap(key -> arrivals.entry(key).or(() -> engine.index().load(key)).stream())
                .toList();
        return new Known(menu, latest(visit, entries));
    }

    /** RFC 9111 §4: if several responses match, the most recent. */
    private Optional<StoredResponse> latest(CacheRequest<HttpResource> visit, List<Entry> entries) {
        return entries.stream()
                .max(Comparator.comparing(Entry::checkedAt))
                .map(entry ->
                        StoredResponse.of(entry, visit.resource(), arrivals.progress(entry.key()), engine.settings()));
    }

    /** Whether the response to another request applies to this request too (RFC 9111 §4.1), as far as memory knows. */
    boolean isFor(CacheRequest<HttpResource> visit, StoredResponse stored) {
        return variants.peek(visit.resource().key()) instanceof Peek.Found<VariantSet>(VariantSet menu)
                && menu.keys(visit.resource().key(), visit.resource().selecting())
                        .contains(stored.entry().key());
    }
}
