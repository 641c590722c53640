package io.artifactvault.store.disk;

import io.artifactvault.http.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The layout of the cache folder; no other class builds a path in it.
 *
 * <pre>
 * cache/
 * ├── vault.lock                 held by the one process that uses the folder
 * ├── index.sqlite               entries, pointers, blobs; -wal and -shm beside it while it is open
 * ├── blobs/sha256/ab/ab12…      complete and verified content, named by its digest only
 * ├── partial/9f3c….part         content being written, random name; same file system, so that a rename is atomic
 * ├── partial/sha256-ab12….part  content being written that can be resumed, named by its expected digest
 * ├── partial/sha256-ab12….extents  which of its bytes are durable on disk
 * ├── native/…                   native libraries, unpacked from their jars for one version each
 * └── quarantine/…               files that were in the way or could not be read, the newest few
 * </pre>
 *
 * <p>A path consists of the configured folder, constants, random hex and digests, never of any part of a URL. Folders
 * are created with mode 0700 and files with 0600 if the file system supports modes; existing folders keep the mode
 * that the operator set. Immutable.
 */
public final class VaultLayout {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Set<PosixFilePermission> FOLDER_MODE = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE_MODE = PosixFilePermissions.fromString("rw-------");

    private static final String PARTIAL = ".part";
    private static final String SIDECAR = ".extents";

    private final Path dir;

    public VaultLayout(Path dir) {
        this.dir = dir.toAbsolutePath().normalize();
    }

    public Path dir() {
        return dir;
    }

    public Path lock() {
        return dir.resolve("vault.lock");
    }

    public Path index() {
        return dir.resolve("index.sqlite");
    }

    /** The index and the files that SQLite keeps beside it. */
    public List<Path> indexFiles() {
        return List.of(index(), dir.resolve("index.sqlite-wal"), dir.resolve("index.sqlite-shm"));
    }

    public Path blobs() {
        return algorithms().resolve("sha256");
    }

    /** The path of that content when it is complete. */
    public Path blob(Digest sha256) {
        if (sha256.algorithm() != Digest.Algorithm.SHA256) {
            throw new IllegalArgumentException("content is stored by its sha256, not by " + sha256);
        }
        return blobFolder(sha256).resolve(sha256.hex());
    }

    /**
     * Whether that content's file exists. A missing folder of all content, for example after its file system was
     * unmounted, proves nothing about a single file.
     *
     * @throws IOException when that cannot be determined now
     */
    public boolean holds(Disk disk, Digest sha256) throws IOException {
        Disk.Kind kind = disk.kind(blob(sha256));
        if (kind == Disk.Kind.NOTHING && !Files.isDirectory(blobs())) {
            throw new NoSuchFileException(blobs().toString(), null, "the folder of stored content is missing");
        }
        return kind == Disk.Kind.FILE;
    }

    /** The folder that contains that content's file. */
    public Path blobFolder(Digest sha256) {
        return blobs().resolve(sha256.hex().substring(0, 2));
    }

    public Path partial() {
        return dir.resolve("partial");
    }

    /** The path of the partial for content with that expected digest. */
    public Path partial(Digest digest) {
        return partial().resolve(digest.algorithm().label() + "-" + digest.hex() + PARTIAL);
    }

    /** The path of the manifest that lists the bytes present in that partial. */
    public Path sidecar(Digest digest) {
        return partial().resolve(digest.algorithm().label() + "-" + digest.hex() + SIDECAR);
    }

    /** The digest in the name of a partial or its manifest; empty for any other file. */
    public static Optional<Digest> partialDigest(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        int dash = name.lastIndexOf('-');
        if (dash < 0 || dot < dash || !(name.endsWith(PARTIAL) || name.endsWith(SIDECAR))) {
            return Optional.empty();
        }
        return Digest.parse(name.substring(0, dash) + ":" + name.substring(dash + 1, dot));
    }

    /** A unique name that cannot be guessed. */
    public Path newPartial() {
        return partial().resolve(randomHex(16) + PARTIAL);
    }

    /** The folder into which native libraries are unpacked. */
    public Path nativeLibraries() {
        return dir.resolve("native");
    }

    public Path quarantine() {
        return dir.resolve("quarantine");
    }

    /** A new name in quarantine; the names sort by time. */
    Path newQuarantine(Path victim, long epochMillis) {
        return quarantine().resolve("%013d-%s-%s".formatted(epochMillis, randomHex(4), victim.getFileName()));
    }

    /** Whether a vault has used the folder; creates nothing. */
    public boolean isCache() {
        return isPlainFile(lock()) || (isPlainFile(index()) && Files.isDirectory(blobs()));
    }

    /** Creates the missing folders. */
    public void prepare(Disk disk) throws IOException {
        boolean made = false;
        for (Path folder : List.of(dir, blobs(), partial(), quarantine())) {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder, folderMode(folder));
                made = true;
            }
        }
        if (made) {
            disk.forceFolder(algorithms());
            disk.forceFolder(dir);
        }
    }

    /** Whether all of its folders exist. */
    public boolean isPrepared() {
        return Files.isDirectory(blobs()) && Files.isDirectory(partial()) && Files.isDirectory(quarantine());
    }

    /**
     * An identifier that distinguishes a file from a later file of the same name; empty if the file system has none.
     */
    public static Optional<Object> identity(Path file) throws IOException {
        return Optional.ofNullable(
                Files.readAttributes(file, BasicFileAttributes.class).fileKey());
    }

    /** The attribute that creates a folder with mode 0700; none where the file system has no modes. */
    public static FileAttribute<?>[] folderMode(Path path) {
        return mode(path, FOLDER_MODE);
    }

    /** The attribute that creates a file with mode 0600; none where the file system has no modes. */
    public static FileAttribute<?>[] fileMode(Path path) {
        return mode(path, FILE_MODE);
    }

    /** Whether the path is a plain file: not a link, a folder, a pipe or a device. */
    public static boolean isPlainFile(Path path) {
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    public static Instant modified(Path file) throws IOException {
        return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
    }

    private Path algorithms() {
        return dir.resolve("blobs");
    }

    private static FileAttribute<?>[] mode(Path path, Set<PosixFilePermission> mode) {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(mode)} : new FileAttribute<?>[0];
    }

    private static String randomHex(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
