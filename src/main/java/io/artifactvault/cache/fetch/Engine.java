package io.artifactvault.cache.fetch;

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

    ContentCache contents() {
        return tools.store().contents();
    }
}
