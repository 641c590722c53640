package io.artifactvault.backend.pypi;

import io.artifactvault.backend.pypi.text.Keys;
import io.artifactvault.http.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is known of the metadata in those wheels of one page for which the index announces none: the digests of extracted
 * ones, and the wheels that clients have requested since, whose metadata can be extracted once they are stored.
 * Thread-safe; never blocks for long.
 */
final class Extractions {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

    /**
     * The digests of metadata that the vault took out of wheels itself, by the wheels' names. Immutable.
     *
     * @param key identifies the content
     */
    record Extracted(Map<String, Digest> digests, String key) {
        static final Extracted NOTHING = of(Map.of());

        private static Extracted of(Map<String, Digest> digests) {
            Map<String, Digest> sorted = new TreeMap<>(digests);
            String key = sorted.isEmpty() ? "" : Keys.shortDigest(sorted.toString());
            return new Extracted(Collections.unmodifiableMap(sorted), key);
        }

        Extracted with(Map<String, Digest> more) {
            Map<String, Digest> all = new HashMap<>(digests);
            all.putAll(more);
            return more.isEmpty() ? this : of(all);
        }

        Extracted without(String fileName) {
            Map<String, Digest> rest = new HashMap<>(digests);
            return rest.remove(fileName) == null ? this : of(rest);
        }

        Optional<Digest> of(String fileName) {
            return Optional.ofNullable(digests.get(fileName));
        }
    }

    private volatile Extracted extracted = Extracted.NOTHING;
    private volatile boolean marked;

    // All guarded by this.
    private final Set<String> requested = new HashSet<>();
    private final Set<String> failed = new HashSet<>();
    private Instant nextLook = Instant.MIN;

    Extracted extracted() {
        return extracted;
    }

    /** Whether the store says of the project that there may be extracted metadata. */
    boolean isMarked() {
        return marked;
    }

    void mark() {
        marked = true;
    }

    /** A client asked for the wheel. */
    synchronized void request(String name) {
        if (extracted.of(name).isEmpty() && !failed.contains(name) && requested.add(name)) {
            nextLook = Instant.MIN;
        }
    }

    synchronized void announce(Map<String, Digest> more) {
        requested.removeAll(more.keySet());
        extracted = extracted.with(more);
    }

    /** The wheel has turned out to be another file: what was extracted from parts of it is not announced any more. */
    synchronized void forget(String name) {
        requested.remove(name);
        extracted = extracted.without(name);
    }

    /** The caller of the page may not have the wheel; the next request for the wheel counts again. */
    synchronized void drop(String name) {
        requested.remove(name);
    }

    /** It has no metadata that could be extracted. */
    synchronized void giveUp(String name) {
        requested.remove(name);
        failed.add(name);
    }

    synchronized boolean isDue(Instant now) {
        return !requested.isEmpty() && !now.isBefore(nextLook);
    }

    /** The requested wheels, if it is time to see whether they are stored. */
    synchronized List<String> due(Instant now) {
        if (!isDue(now)) {
            return List.of();
        }
        nextLook = now.plus(BETWEEN_LOOKS);
        return List.copyOf(requested);
    }
}
