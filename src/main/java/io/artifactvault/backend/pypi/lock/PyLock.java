package io.artifactvault.backend.pypi.lock;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code pylock.toml} (PEP 751). */
final class PyLock {
    private static final List<String> ELSEWHERE = List.of("vcs", "directory", "archive");

    private PyLock() {}

    /** @throws IllegalArgumentException with a sentence */
    static Lock read(String name, Toml toml) {
        List<Locked> packages = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (Toml each : toml.children("packages")) {
            TomlPackage one = new TomlPackage(name, each);
            Optional<String> elsewhere = ELSEWHERE.stream().filter(each::has).findFirst();
            List<LockedFile> files = files(one);
            if (elsewhere.isPresent()) {
                notes.add(one.elsewhere(elsewhere.get()));
            } else if (files.isEmpty()) {
                throw one.wrong("it lists no file");
            } else {
                packages.add(one.locked(each.text("index"), one.markers("marker"), files));
            }
        }
        return new Lock(packages, notes, true);
    }

    private static List<LockedFile> files(TomlPackage one) {
        List<LockedFile> files = new ArrayList<>();
        one.toml().child("sdist").ifPresent(sdist -> files.add(file(one, sdist)));
        one.toml().children("wheels").forEach(wheel -> files.add(file(one, wheel)));
        return files;
    }

    private static LockedFile file(TomlPackage one, Toml file) {
        List<Hash> hashes = new ArrayList<>();
        for (Map.Entry<String, String> hash :
                file.child("hashes").map(Toml::entries).orElse(Map.of()).entrySet()) {
            hashes.add(new Hash(hash.getKey(), hash.getValue()));
        }
        return one.file(file, hashes);
    }
}
