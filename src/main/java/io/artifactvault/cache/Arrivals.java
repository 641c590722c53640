package io.artifactvault.cache;

import io.artifactvault.store.Entry;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The answers whose content is still on its way into the store, by key. Thread-safe; never blocks. */
final class Arrivals {
    private record Arrival(Entry entry, Progress progress) {}

    private final Map<String, Arrival> under = new ConcurrentHashMap<>();

    /** The latest counts. */
    void begin(Entry entry, Progress progress) {
        under.put(entry.key(), new Arrival(entry, progress));
    }

    void end(Entry entry, Progress progress) {
        under.remove(entry.key(), new Arrival(entry, progress));
    }

    Optional<Entry> entry(String key) {
        return Optional.ofNullable(under.get(key)).map(Arrival::entry);
    }

    Optional<Progress> progress(String key) {
        return Optional.ofNullable(under.get(key)).map(Arrival::progress);
    }
}
