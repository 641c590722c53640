package io.artifactvault.store.sqlite;

import io.artifactvault.store.disk.VaultLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * SQLite's native library, unpacked from its jar into the cache folder under one name for each version, and reused from
 * there. By default the driver unpacks it into the temp folder under a new name at each start, where a SIGKILL leaves
 * it, and which may be read-only or mounted {@code noexec}. Loaded once in a process, before anything else touches
 * SQLite.
 *
 * <p>Several processes may do this concurrently: each writes its own file and renames it, and a process that has the
 * previous file loaded keeps it. An existing file is used only if its bytes equal those of the jar.
 */
final class SqliteLibrary {
    private static final Logger log = LoggerFactory.getLogger(SqliteLibrary.class);

    /** The system property with the folder that the driver searches first; an operator may have set it. */
    private static final String PATH = "org.sqlite.lib.path";

    private static final String NAME = "org.sqlite.lib.name";
    private static final String TEMP = "org.sqlite.tmpdir";
    private static final String PREFIX = "sqlite-";
    private static final String UNFINISHED = ".tmp";
    private static final Duration ABANDONED = Duration.ofHours(1);

    private static boolean loaded; // guarded by the class

    private SqliteLibrary() {}

    /**
     * Loads the library from the folder, which is created if its parent exists; from the temp folder if that fails.
     *
     * @throws IOException with a sentence that gives the remedy
     */
    static synchronized void load(Path folder) throws IOException {
        if (loaded || System.getProperty(PATH) != null) {
            return;
        }
        Optional<byte[]> library = packed();
        if (library.isPresent()) {
            loadFromEither(folder, library.get());
        }
        loaded = true;
    }

    private static void loadFromEither(Path folder, byte[] library) throws IOException {
        Path temp = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            Path file = unpack(folder, library);
            if (System.getProperty(TEMP) == null) {
                // The driver deletes files there that it seems to have unpacked itself; this must not be the library's
                // own folder, where it would mistake the library for one.
                System.setProperty(TEMP, String.valueOf(folder.toAbsolutePath().getParent()));
            }
            use(file);
        } catch (IOException | UnsatisfiedLinkError e) {
            log.debug("Could not load SQLite's native library from {}: {}", folder, e.toString());
            loadFromTemp(temp, library, folder + " (" + reason(e) + ")");
        }
    }

    private static void loadFromTemp(Path temp, byte[] library, String tried) throws IOException {
        try {
            Path file = Files.createTempFile(temp, PREFIX, suffix());
            try {
                Files.write(file, library);
                use(file);
            } finally {
                // The library stays loaded, and no file remains regardless of how this process ends.
                Files.delete(file);
            }
        } catch (IOException | UnsatisfiedLinkError e) {
            throw new IOException("Could not load SQLite's native library: neither " + tried + " nor " + temp + " ("
                    + reason(e) + ") can hold it. Make the cache folder writable and put it on a file system"
                    + " without noexec, or name such a folder with -Djava.io.tmpdir.");
        }
    }

    private static String reason(Throwable e) {
        String message = e.getMessage() == null ? "" : ": " + e.getMessage();
        return e.getClass().getSimpleName() + message.lines().findFirst().orElse("");
    }

    /** Loads the file. The driver finds the library loaded and does not search elsewhere. */
    @SuppressWarnings("restricted") // The manifest enables native access.
    private static void use(Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        System.load(absolute.toString());
        System.setProperty(PATH, String.valueOf(absolute.getParent()));
        System.setProperty(NAME, String.valueOf(absolute.getFileName()));
        try {
            SQLiteJDBCLoader.initialize();
        } catch (Exception e) {
            throw new IOException("the driver cannot use " + absolute, e);
        }
    }

    private static Path unpack(Path folder, byte[] library) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(folder, VaultLayout.folderMode(folder));
        }
        Path file = folder.resolve(name());
        if (!holds(file, library)) {
            Path unfinished = Files.createTempFile(folder, PREFIX, UNFINISHED, VaultLayout.fileMode(folder));
            Files.write(unfinished, library);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            removeOthers(folder, file);
        }
        return file;
    }

    private static boolean holds(Path file, byte[] library) throws IOException {
        return VaultLayout.isPlainFile(file)
                && Files.size(file) == library.length
                && Arrays.equals(Files.readAllBytes(file), library);
    }

    /** Removes files of other versions, and files that a crash left incomplete. */
    private static void removeOthers(Path folder, Path current) throws IOException {
        Instant abandoned = Instant.now().minus(ABANDONED);
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.toList()) {
                String name = file.getFileName().toString();
                boolean finished = !name.endsWith(UNFINISHED);
                boolean old = finished || VaultLayout.modified(file).isBefore(abandoned);
                if (name.startsWith(PREFIX) && !file.equals(current) && old) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** The name of the library's file, such as {@code sqlite-3.53.4.0-Linux-x86_64.so}. */
    private static String name() {
        List<String> platform =
                List.of(LibraryLoaderUtil.getNativeLibResourcePath().split("/", -1));
        return PREFIX + SQLiteJDBCLoader.getVersion() + "-"
                + String.join("-", platform.subList(Math.max(0, platform.size() - 2), platform.size())) + suffix();
    }

    private static String suffix() {
        String name = LibraryLoaderUtil.getNativeLibName();
        return name.substring(name.lastIndexOf('.'));
    }

    /**
     * The library in the driver's jar; empty if there is none for this platform, and then the driver searches by its
     * own rules.
     */
    private static Optional<byte[]> packed() throws IOException {
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + LibraryLoaderUtil.getNativeLibName();
        try (InputStream in = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        }
    }
}
