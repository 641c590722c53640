package io.artifactvault.backend.pypi.lock;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code uv.lock}: each package has a source, and those of a registry have files with an address and a hash. */
final class UvLock {
    /** Sources of the projects that the lock is for. */
    private static final List<String> OWN = List.of("virtual", "editable", "directory");

    private static final List<String> OTHERS = List.of("registry", "git", "url", "path");

    private UvLock() {}

    /** Whether a package's source is one as uv writes it. */
    static boolean isSource(Toml source) {
        return OWN.stream().anyMatch(source::has)
                || (!source.has("type") && OTHERS.stream().anyMatch(source::has));
    }

    /** @throws IllegalArgumentException with a sentence */
    static Lock read(String name, Toml toml) {
        List<Locked> packages = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (Toml each : toml.children("package")) {
            TomlPackage one = new TomlPackage(name, each);
            Toml source = each.child("source").orElseThrow(() -> one.wrong("it has no source"));
            Optional<String> registry = source.text("registry");
            if (registry.isPresent()) {
                packages.add(one.locked(registry, one.markers("resolution-markers"), files(one)));
            } else if (OWN.stream().noneMatch(source::has)) {
                notes.add(one.elsewhere(String.join(", ", source.entries().keySet())));
            }
        }
        return new Lock(packages, notes, true);
    }

    private static List<LockedFile> files(TomlPackage one) {
        List<LockedFile> files = new ArrayList<>();
        one.toml().child("sdist").ifPresent(sdist -> files.add(one.file(sdist, one.hash(sdist))));
        one.toml().children("wheels").forEach(wheel -> files.add(one.file(wheel, one.hash(wheel))));
        if (files.isEmpty()) {
            throw one.wrong("it lists no file");
        }
        return files;
    }
}
