package io.artifactvault.snapshot;

import io.artifactvault.backend.SnapshotName;
import io.artifactvault.store.index.Inventory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Records which files of each snapshot the operator had warmed or pinned, as patterns. The list of all files comes from
 * the Hub and is stored with the snapshot. Blocking; thread-safe.
 */
record Manifests(Inventory ledger) {
    /**
     * The revision and the files that the operator named for one snapshot.
     *
     * @param revision as the operator gave it
     */
    record Manifest(String revision, Selection selection) {}

    void keep(String backend, SnapshotName at, String revision, Selection selection) {
        ledger.memo(
                name(backend, at),
                Json.text(
                        Json.of("revision", revision, "include", selection.include(), "exclude", selection.exclude())));
    }

    /** The manifest of a snapshot; empty if the operator did not warm or pin it. */
    Optional<Manifest> find(String backend, SnapshotName at) throws IOException {
        Optional<String> memo = ledger.memo(name(backend, at)).filter(text -> !text.isEmpty());
        return memo.isPresent() ? Optional.of(manifest(memo.get())) : Optional.empty();
    }

    void forget(String backend, SnapshotName at) {
        ledger.memo(name(backend, at), "");
    }

    private static String name(String backend, SnapshotName at) {
        return "snapshot " + backend + " " + at;
    }

    private static Manifest manifest(String text) throws IOException {
        Map<String, Object> json = Json.object(text.getBytes(StandardCharsets.UTF_8));
        return new Manifest(
                String.valueOf(json.getOrDefault("revision", "")),
                new Selection(
                        strings(json.getOrDefault("include", List.of())),
                        strings(json.getOrDefault("exclude", List.of()))));
    }

    private static List<String> strings(Object list) {
        return list instanceof List<?> some ? some.stream().map(String::valueOf).toList() : List.of();
    }
}
