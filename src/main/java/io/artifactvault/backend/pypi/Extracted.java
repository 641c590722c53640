package io.artifactvault.backend.pypi;

import io.artifactvault.http.Digest;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The digests of metadata that the vault took out of wheels itself, by the wheels' names. Immutable.
 *
 * @param key identifies the content
 */
record Extracted(Map<String, Digest> digests, String key) {
    static final Extracted NOTHING = new Extracted(Map.of(), "");

    Extracted with(Map<String, Digest> more) {
        if (more.isEmpty()) {
            return this;
        }
        Map<String, Digest> all = new TreeMap<>(digests);
        all.putAll(more);
        return new Extracted(Collections.unmodifiableMap(all), Keys.shortDigest(all.toString()));
    }

    Optional<Digest> of(String fileName) {
        return Optional.ofNullable(digests.get(fileName));
    }
}
