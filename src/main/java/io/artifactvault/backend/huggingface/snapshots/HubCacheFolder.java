package io.artifactvault.backend.huggingface.snapshots;

import io.artifactvault.backend.LocalSnapshot;
import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.SnapshotName;
import io.artifactvault.backend.huggingface.route.Revision;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder in which huggingface_hub stores its downloads: {@code models--acme--tiny/} with {@code refs/main} (a
 * commit), {@code snapshots/<commit>/<path>} (links, or copies on systems without links), {@code blobs/<etag>}, and
 * since 1.22 {@code trees/<commit>.json}. An import reads it on its own thread. Links that lead out of the folder are
 * not followed.
 */
public final class HubCacheFolder {
    private static final int MOST_REF = 200;
    private static final int MOST_TREE = 256 << 20;
    private static final Set<String> TYPES = Set.of("models", "datasets", "spaces");

    private final Path root;
    private final List<String> problems = new ArrayList<>();

    /**
     * Opens the cache. {@code folder} may be the cache itself, the folder that contains it as {@code hub}, or the
     * folder of one repository in it.
     *
     * @throws IOException if it cannot be read
     */
    public HubCacheFolder(Path folder) throws IOException {
        Path real = folder.toRealPath();
        Path inside = real.resolve("hub");
        this.root = Files.isDirectory(inside) && isWithin(inside, real) ? inside.toRealPath() : real;
    }

    private static boolean isWithin(Path path, Path folder) throws IOException {
        return path.toRealPath().startsWith(folder);
    }

    /** One sentence for each skipped item; complete once {@link #snapshots} has returned. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** All snapshots in the cache. */
    public List<LocalSnapshot> snapshots() throws IOException {
        List<LocalSnapshot> all = new ArrayList<>();
        for (Path folder : isRepository(root) ? List.of(root) : list(root)) {
            if (isRepository(folder) && isInside(folder)) {
                all.addAll(repository(folder));
            }
        }
        return all;
    }

    /** Whether a folder is really inside the cache; if a link leads elsewhere, records that as a problem. */
    private boolean isInside(Path folder) throws IOException {
        boolean inside = isWithin(folder, root);
        if (!inside) {
            problems.add(folder + " is skipped, because it leads out of the folder.");
        }
        return inside;
    }

    private static boolean isRepository(Path folder) {
        String[] parts = folder.getFileName().toString().split("--", -1);
        return parts.length >= 2 && parts.length <= 3 && TYPES.contains(parts[0]) && Files.isDirectory(folder);
    }

    private List<LocalSnapshot> repository(Path folder) throws IOException {
        String[] parts = folder.getFileName().toString().split("--", 2);
        String id = parts[1].replace("--", "/");
        if (!HubSnapshots.isId(id)) {
            problems.add(folder + " is skipped, because its name is not that of a repository.");
            return List.of();
        }
        Map<String, List<String>> refs = refs(folder.resolve("refs"));
        List<LocalSnapshot> found = new ArrayList<>();
        Path snapshots = folder.resolve("snapshots");
        if (!Files.isDirectory(snapshots) || !isInside(snapshots)) {
            return List.of();
        }
        for (Path snapshot : list(snapshots)) {
            String commit = snapshot.getFileName().toString();
            if (Revision.isCommit(commit) && Files.isDirectory(snapshot, LinkOption.NOFOLLOW_LINKS)) {
                SnapshotName at = new SnapshotName(parts[0], id, commit);
                Optional<List<SnapshotFile>> listing = listing(folder, commit);
                found.add(new LocalSnapshot(
                        at, refs.getOrDefault(commit, List.of()), files(snapshot, new HubDigests(listing)), listing));
            }
        }
        return found;
    }

    /** The branches and tags of each commit. A ref with a slash in its name is stored in nested folders. */
    private Map<String, List<String>> refs(Path folder) throws IOException {
        Map<String, List<String>> byCommit = new HashMap<>();
        for (Path ref : walk(folder)) {
            Optional<Path> source = source(ref);
            String commit = source.isEmpty()
                    ? ""
                    : new String(beginning(source.get(), MOST_REF), StandardCharsets.UTF_8).strip();
            if (Revision.isCommit(commit) && HubSnapshots.isRevision(relative(folder, ref))) {
                byCommit.computeIfAbsent(commit, _ -> new ArrayList<>()).add(relative(folder, ref));
            }
        }
        return byCommit;
    }

    private Optional<List<SnapshotFile>> listing(Path folder, String commit) {
        Path file = folder.resolve("trees").resolve(commit + ".json");
        try {
            Optional<Path> source = Files.exists(file) ? source(file) : Optional.empty();
            return source.isPresent() && Files.size(source.get()) <= MOST_TREE
                    ? Optional.of(TreeFile.read(beginning(source.get(), MOST_TREE)))
                    : Optional.empty();
        } catch (IOException e) {
            problems.add("The list of files " + file + " cannot be read: " + e.getMessage() + ".");
            return Optional.empty();
        }
    }

    private List<LocalSnapshot.File> files(Path snapshot, HubDigests digests) throws IOException {
        List<LocalSnapshot.File> files = new ArrayList<>();
        for (Path file : walk(snapshot)) {
            Optional<Path> source = source(file);
            if (source.isPresent()) {
                String path = relative(snapshot, file);
                files.add(new LocalSnapshot.File(path, source.get(), digests.of(path, source.get())));
            }
        }
        return files;
    }

    /** Reads at most that many bytes, even if the file is longer. */
    private static byte[] beginning(Path file, int most) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return in.readNBytes(most);
        }
    }

    /**
     * The file with the bytes; empty for a link that is broken or leads elsewhere, and for pipes, sockets and devices:
     * opening one may block, and reading one may never end.
     */
    private Optional<Path> source(Path file) {
        try {
            Path real = file.toRealPath();
            boolean inside = real.startsWith(root);
            if (inside && Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.of(real);
            }
            problems.add(
                    file + " is skipped, because it " + (inside ? "is no regular file." : "leads out of the folder."));
        } catch (IOException e) {
            problems.add(file + " is skipped, because its link is broken.");
        }
        return Optional.empty();
    }

    private static String relative(Path folder, Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }

    /** Files and links to files below; links to folders are not followed. */
    private static List<Path> walk(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> !Files.isDirectory(path)).sorted().toList();
        }
    }
}
