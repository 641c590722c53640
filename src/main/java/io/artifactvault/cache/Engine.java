package io.artifactvault.cache;

import io.artifactvault.store.EntryIndex;
import java.time.Clock;

/** The parts that the ways through the cache work with. Nothing below them uses it. */
record Engine(
        CacheSettings settings,
        EntryIndex index,
        Lookup lookup,
        Fill.Tools tools,
        Access access,
        ClientRates rates,
        MemoryBudget memory,
        Clock clock) {
    Fills fills() {
        return tools.fills();
    }

    Upstreams upstreams() {
        return tools.upstreams();
    }

    ContentStore store() {
        return tools.store();
    }

    ContentCache contents() {
        return tools.store().contents();
    }
}
