package io.artifactvault.backend.pypi.lock;

import io.artifactvault.backend.FileList;
import java.util.List;

/** Reads lock files and requirements, by the name of the file and by what it contains. Pure. */
public final class LockReader {
    private LockReader() {}

    /**
     * Reads the first text; the others are those that it includes.
     *
     * @throws IllegalArgumentException with a sentence that names the file, the line or package, and the remedy
     */
    public static Lock read(List<FileList.Text> texts) {
        FileList.Text first = texts.getFirst();
        String name = first.name();
        if (!Toml.isName(name)) {
            return new Requirements(texts).read();
        }
        Toml toml = Toml.parse(name, first.content());
        if (!toml.children("packages").isEmpty() || (toml.has("lock-version") && toml.has("created-by"))) {
            return PyLock.read(name, toml);
        }
        if (toml.children("package").stream()
                .anyMatch(one -> one.child("source").filter(UvLock::isSource).isPresent())) {
            return UvLock.read(name, toml);
        }
        if (toml.has("package") || toml.child("metadata").isPresent()) {
            return PoetryLock.read(name, toml);
        }
        if (toml.has("version") && toml.has("requires-python")) {
            return UvLock.read(name, toml);
        }
        throw new IllegalArgumentException(name
                + " is not a lock file that this vault reads; these are pylock.toml, uv.lock, poetry.lock, pdm.lock and"
                + " requirements in a file whose name ends in .txt or .in.");
    }
}
