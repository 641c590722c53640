package io.artifactvault.backend.pypi.lock;

import io.artifactvault.backend.pypi.dist.FileName;
import io.artifactvault.backend.pypi.dist.ProjectName;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the packages of all lock files in TOML have in common. Confined to the thread that reads them.
 *
 * @param file the name of the lock file
 */
record TomlPackage(String file, Toml toml) {
    /** Such as {@code uv.lock, package numpy}. */
    String where() {
        return file + toml.text("name").map(name -> ", package " + name).orElse(", a package");
    }

    IllegalArgumentException wrong(String clause) {
        return new IllegalArgumentException(
                where() + ": " + clause + "; write the file again with the tool that made it.");
    }

    ProjectName project() {
        return toml.text("name")
                .flatMap(ProjectName::parse)
                .orElseThrow(() -> wrong("it has no name that a project can have"));
    }

    String version() {
        return toml.text("version").orElse("");
    }

    List<Marker> markers(String key) {
        List<Marker> markers = new ArrayList<>();
        for (String text : toml.texts(key)) {
            try {
                markers.add(Marker.parse(text));
            } catch (IllegalArgumentException e) {
                throw wrong(String.valueOf(e.getMessage()));
            }
        }
        return markers;
    }

    /** A file by its name, or by the last segment of its address. */
    LockedFile file(Toml one, List<Hash> hashes) {
        String name = one.text("name")
                .or(() -> one.text("filename"))
                .or(() -> one.text("file"))
                .or(() -> one.text("url").or(() -> one.text("path")).flatMap(TomlPackage::lastSegment))
                .filter(FileName::isLegal)
                .orElseThrow(() -> wrong("it lists a file without a name"));
        return new LockedFile(name, one.size("size"), hashes);
    }

    private static Optional<String> lastSegment(String url) {
        int end = Math.min(end(url, '#'), end(url, '?'));
        int begin = Math.max(url.lastIndexOf('/', end - 1), url.lastIndexOf('\\', end - 1)) + 1;
        try {
            return Optional.of(Target.decode(url.substring(begin, end)));
        } catch (BadTargetException e) {
            return Optional.empty();
        }
    }

    private static int end(String url, char mark) {
        int at = url.indexOf(mark);
        return at < 0 ? url.length() : at;
    }

    /** The hash of a file as {@code algorithm:hex}; none if it has none. */
    List<Hash> hash(Toml one) {
        Optional<String> text = one.text("hash");
        if (text.isEmpty()) {
            return List.of();
        }
        return List.of(Hash.parse(text.get()).orElseThrow(() -> wrong("it lists a hash that is none")));
    }

    Locked locked(Optional<String> index, List<Marker> markers, List<LockedFile> files) {
        return new Locked(where(), project(), version(), index, markers, List.copyOf(files), List.of());
    }

    /** @param from where it comes from instead */
    String elsewhere(String from) {
        return where() + ": it comes from " + from + ", not from a package index, and is left out.";
    }
}
