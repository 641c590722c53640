package io.artifactvault.snapshot;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.FileList;
import io.artifactvault.backend.ListedFiles;
import io.artifactvault.backend.SnapshotName;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Hasher;
import io.artifactvault.http.Scan;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * An operator's list for existing backends.
 *
 * @param place where its files count: its name, and a digest of the list as the commit
 * @param backends that serve its files; at least one
 */
public record ListRef(SnapshotRef place, ListedFiles files, List<Backend> backends) {
    public ListRef {
        backends = List.copyOf(backends);
    }

    private static final String TYPE = "lists";
    private static final int LONGEST_NAME = 200;
    private static final int DIGITS = 16;

    static SnapshotRef place(String backend, FileList list) {
        return new SnapshotRef(backend, new SnapshotName(TYPE, checked(list.name()), digest(list)));
    }

    /** All versions of the list of that name. */
    static SnapshotRef pin(String backend, String name) {
        return new SnapshotRef(backend, new SnapshotName(TYPE, checked(name), ""));
    }

    private static String checked(String name) {
        if (!Scan.isMadeOf(name, Scan::isPrintable) || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "The name of a list must have 1 to " + LONGEST_NAME + " printable ASCII characters.");
        }
        return name;
    }

    private static String digest(FileList list) {
        Hasher hasher = Hasher.of(Digest.Algorithm.SHA256, 0);
        for (FileList.Text text : list.texts()) {
            hasher.update(bytes(text.content().length() + " " + text.content()));
        }
        list.options().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(option -> hasher.update(bytes(option.getKey() + option.getValue())));
        return hasher.finish().hex().substring(0, DIGITS);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
