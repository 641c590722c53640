package io.artifactvault.cache.lookup;

import io.artifactvault.cache.content.Progress;
import io.artifactvault.store.index.Entry;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The responses whose content is still being written to the store, by key. Thread-safe; never blocks. */
public final class Arrivals {
    private record Arrival(Entry entry, Progress progress) {}

    private final Map<String, Arrival> under = new ConcurrentHashMap<>();

    /** Lists an entry whose content is arriving; it replaces an earlier one of the same key. */
    public void begin(Entry entry, Progress progress) {
        under.put(entry.key(), new Arrival(entry, progress));
    }

    public void end(Entry entry, Progress progress) {
        under.remove(entry.key(), new Arrival(entry, progress));
    }

    public Optional<Entry> entry(String key) {
        return Optional.ofNullable(under.get(key)).map(Arrival::entry);
    }

    public Optional<Progress> progress(String key) {
        return Optional.ofNullable(under.get(key)).map(Arrival::progress);
    }
}
