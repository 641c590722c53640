package io.artifactvault.backend.pypi.lock;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code poetry.lock} and {@code pdm.lock}: packages with the names and hashes of their files, without addresses. */
final class PoetryLock {
    private static final String INDEX = "legacy";
    private static final List<String> ELSEWHERE = List.of("git", "hg", "path", "url");

    private PoetryLock() {}

    /** @throws IllegalArgumentException with a sentence */
    static Lock read(String name, Toml toml) {
        List<Locked> packages = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (Toml each : toml.children("package")) {
            TomlPackage one = new TomlPackage(name, each);
            Optional<Toml> source = each.child("source");
            Optional<String> other = source.flatMap(from -> from.text("type")).filter(type -> !type.equals(INDEX));
            Optional<String> elsewhere =
                    other.or(() -> ELSEWHERE.stream().filter(each::has).findFirst());
            List<LockedFile> files = files(one, toml);
            if (elsewhere.isPresent()) {
                notes.add(one.elsewhere(elsewhere.get()));
            } else if (!files.isEmpty()) {
                packages.add(one.locked(source.flatMap(from -> from.text("url")), markers(one), files));
            } else if (!isAnExtra(each)) {
                throw one.wrong("it lists no file");
            }
        }
        return new Lock(packages, notes, true);
    }

    private static List<Marker> markers(TomlPackage one) {
        List<Marker> markers = one.markers("markers");
        return markers.isEmpty() ? one.markers("marker") : markers;
    }

    /** PDM lists a package with extras beside the package itself. */
    private static boolean isAnExtra(Toml each) {
        return each.has("extras");
    }

    /** Before Poetry 1.3 the files of all packages stood in the metadata. */
    private static List<LockedFile> files(TomlPackage one, Toml lock) {
        List<Toml> files = new ArrayList<>(one.toml().children("files"));
        if (files.isEmpty()) {
            lock.child("metadata")
                    .flatMap(metadata -> metadata.child("files"))
                    .ifPresent(all ->
                            files.addAll(all.children(one.toml().text("name").orElse(""))));
        }
        return files.stream().map(file -> one.file(file, one.hash(file))).toList();
    }
}
