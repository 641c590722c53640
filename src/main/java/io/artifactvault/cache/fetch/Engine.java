package io.artifactvault.cache.fetch;

import io.artifactvault.backend.Resource;
import io.artifactvault.cache.access.Access;
import io.artifactvault.cache.content.ContentCache;
import io.artifactvault.cache.content.ContentStore;
import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.cache.fill.Fill;
import io.artifactvault.cache.lookup.ResourceLookup;
import io.artifactvault.cache.request.CacheSettings;
import io.artifactvault.cache.request.ClientRates;
import io.artifactvault.cache.upstream.Upstreams;
import io.artifactvault.cache.work.Fetches;
import io.artifactvault.store.index.EntryIndex;
import java.time.Clock;
import java.util.List;

/** The components that the request paths of the cache share. Lower packages of the cache do not use it. */
public record Engine(
        CacheSettings settings,
        EntryIndex index,
        ResourceLookup lookup,
        Fill.Tools tools,
        Access access,
        ClientRates rates,
        MemoryBudget memory,
        Clock clock) {
    public Fetches fills() {
        return tools.fills();
    }

    public Upstreams upstreams() {
        return tools.upstreams();
    }

    public ContentStore store() {
        return tools.store();
    }

    /** Upstream has sent content of another digest than the one that identifies the resource. Never blocks. */
    public void refuted(Resource resource) {
        List<Resource> made = resource.refuted();
        if (!resource.mismatchPause().isZero()) {
            fills().mismatches().note(resource.key(), clock.instant().plus(resource.mismatchPause()));
            // Its description is as doubtful as its content.
            index.remove(resource.key());
        }
        made.forEach(derived -> index.remove(derived.key()));
    }

    ContentCache contents() {
        return tools.store().contents();
    }
}
