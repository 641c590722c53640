package io.artifactvault.store.blob;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.artifactvault.http.Digest;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.store.PartialSettings;
import io.artifactvault.store.Peek;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.Verify;
import io.artifactvault.store.disk.Blocks;
import io.artifactvault.store.disk.Disk;
import io.artifactvault.store.disk.FileStamp;
import io.artifactvault.store.disk.LocalDisk;
import io.artifactvault.store.disk.Overhead;
import io.artifactvault.store.disk.Quarantine;
import io.artifactvault.store.disk.SpaceAdmission;
import io.artifactvault.store.disk.SpaceGuard;
import io.artifactvault.store.disk.Usage;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.disk.VaultRefusedException;
import io.artifactvault.store.disk.WatchedDisk;
import io.artifactvault.store.sqlite.Schema;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs as files named by their sha256 (see {@link VaultLayout}). {@link #peek} may be called on any thread, the other
 * methods only on workers, because they block on the disk. Thread-safe.
 *
 * <p>A file appears under its digest by one rename, after its bytes were verified and forced to the disk: a file under
 * its digest is complete at any moment and after any crash. The start lists the files that a crash left in
 * {@code partial/}, and those that cannot be resumed are removed in the background. The start inspects no other files,
 * so its cost does not depend on the amount of stored content.
 *
 * <p>Every operation that changes the file of one digest (commit, delete) or caches it as open holds that digest's
 * lock, so a deleted file is never served from the cache of open files.
 */
public final class FileBlobStore implements BlobStore {
    private static final Logger log = LoggerFactory.getLogger(FileBlobStore.class);
    private static final int STRIPES = 64;
    private static final int MOST_VERIFIED = 500_000;
    private static final Duration PROBE_PERIOD = Duration.ofSeconds(1);

    private final VaultLayout layout;
    private final WatchedDisk disk;
    private final Quarantine quarantine;
    private final OpenFiles openFiles;
    private final boolean trusting;

    /** The stamps of the files whose content was written or checked since the start. */
    private final Cache<Digest, FileStamp> verified =
            Caffeine.newBuilder().maximumSize(MOST_VERIFIED).build();

    private final List<ReentrantLock> locks =
            IntStream.range(0, STRIPES).mapToObj(i -> new ReentrantLock()).toList();
    private final Keeper keeper;
    private final PartialRegister register;
    private final Partials partials;
    private final Usage usage;
    private final ReadTrouble reads;
    private final long mostQuarantine;
    private volatile SpaceAdmission admission;
    private volatile BooleanSupplier whenGone = () -> false;
    private volatile Predicate<Digest> pinned = _ -> false;

    private FileBlobStore(StoreSettings settings, VaultLayout layout, Disk disk, Clock clock, Duration probePeriod) {
        this.layout = layout;
        this.disk = new WatchedDisk(disk, layout);
        this.quarantine = new Quarantine(layout, disk, clock);
        this.openFiles = new OpenFiles(settings.openFiles());
        this.trusting = settings.verify() == Verify.NEVER;
        this.keeper = new Keeper(this.disk, this.disk::probe, probePeriod);
        PartialSettings partial = settings.partial();
        this.register = new PartialRegister(
                new PartialSettings(
                        Math.min(partial.maxSize(), settings.eviction().mostPartials()), partial.maxAge()),
                clock,
                sha256 -> pinned.test(sha256));
        this.usage = new Usage(register::bytes);
        this.admission = SpaceAdmission.of(usage);
        this.reads = new ReadTrouble(layout.dir(), clock);
        this.mostQuarantine = settings.eviction().mostQuarantine();
        this.partials = new Partials(layout, this.disk, keeper, register);
    }

    /**
     * Opens the store in the settings' folder, which the caller has locked; creates missing files and folders.
     *
     * @throws VaultRefusedException when a newer version used the folder; then nothing was changed
     */
    public static FileBlobStore open(StoreSettings settings) throws IOException {
        return open(settings, new LocalDisk(), Clock.systemUTC(), PROBE_PERIOD);
    }

    public static FileBlobStore open(StoreSettings settings, Disk disk, Clock clock, Duration probePeriod)
            throws IOException {
        VaultLayout layout = new VaultLayout(settings.dir());
        Schema.look(layout.index());
        layout.prepare(disk);
        FileBlobStore store = new FileBlobStore(settings, layout, disk, clock, probePeriod);
        store.start();
        return store;
    }

    /**
     * Lists files before the first writer starts and cleans up later, so that the keeper never finds a file that is in
     * use.
     */
    private void start() throws IOException {
        PartialRegister.Found found = register.found(layout, filesLeft());
        keeper.start();
        keeper.execute(() -> partials.cleanUp(found));
        keeper.execute(this::weighQuarantine);
    }

    /** A path that cannot be inspected now counts as a file: it must not be mistaken for the leftover of another. */
    private List<Path> filesLeft() throws IOException {
        return disk.list(layout.partial()).stream()
                .filter(path -> {
                    try {
                        return disk.kind(path) == Disk.Kind.FILE;
                    } catch (IOException e) {
                        return true;
                    }
                })
                .toList();
    }

    /** Measures the quarantine and removes the oldest files if it is too large. May take a moment. */
    public void weighQuarantine() {
        try {
            usage.quarantined(quarantine.trimTo(mostQuarantine));
        } catch (IOException e) {
            log.warn("Could not list {}: {}", layout.quarantine(), e.toString());
        }
    }

    /** Sets the source of the size of the index, which is in the same folder. */
    public void countIndex(LongSupplier bytes) {
        usage.index(bytes);
    }

    /** Reports the number of bytes of complete content that the index counts, in whole blocks. */
    public void counted(long bytes) {
        usage.counted(bytes);
    }

    /** Sets the guard that admits fills before they use more of the disk. */
    public void admitBy(SpaceGuard guard) {
        admission = guard;
    }

    /**
     * Sets the content that an operator has pinned: no partial of it is removed for space or age, and none for damage.
     */
    public void keep(Predicate<Digest> isPinned) {
        pinned = isPinned;
    }

    /** The current size of the folder in bytes. */
    public Usage usage() {
        return usage;
    }

    /** The disk usage of the folder besides complete content. */
    public Overhead overhead() {
        return new Overhead() {
            @Override
            public long bytes() {
                return usage.besides();
            }

            @Override
            public long giveUp(long bytes) {
                return partials.giveUp(bytes);
            }
        };
    }

    /** How often stored content could not be read since the start. */
    public long unreadable() {
        return reads.failures();
    }

    @Override
    public void unreadable(Digest sha256, IOException why) {
        reads.failed(sha256, why);
    }

    /**
     * Sets the action that makes room when the disk is unexpectedly full: run once, in the thread that could not write,
     * before the write is retried. That thread holds none of the store's locks.
     */
    public void onFull(Runnable emergency) {
        disk.onFull(emergency);
    }

    /** Sets the action that recreates the folder when a writer does not find it; it returns whether that worked. */
    public void onGone(BooleanSupplier restore) {
        whenGone = restore;
    }

    /** Whether nothing can be stored because the disk has no room. */
    public boolean isFull() {
        return disk.isFull() || admission.trouble().isPresent();
    }

    /** Suspends changes to the folder for that reason, until the reason is empty. */
    public void suspend(Optional<String> why) {
        disk.suspend(why);
    }

    @Override
    public Optional<String> suspended() {
        return disk.suspended();
    }

    /** Called after the missing folder of all content was recreated. */
    public void emptied() {
        usage.emptied();
    }

    /** The number of bytes that are kept for resumption and have no writer now. Never blocks for long. */
    public long partialBytes() {
        return register.bytes();
    }

    /** Checks now whether the disk works again. */
    public void probe() {
        disk.probe();
    }

    @Override
    public Peek<BlobFile> peek(Digest sha256) {
        Optional<BlobFile> file = openFiles.lease(sha256);
        return file.isPresent() ? new Peek.Found<>(file.get()) : new Peek.Unknown<>();
    }

    /** Whether a reader reads that content now; memory only. */
    public boolean isLent(Digest sha256) {
        return openFiles.isLent(sha256);
    }

    @Override
    public Optional<BlobFile> open(Digest sha256) throws IOException {
        ReentrantLock lock = lock(sha256);
        try {
            Optional<BlobFile> kept = unchanged(sha256);
            return kept.isPresent() ? kept : openAndKeep(sha256);
        } finally {
            lock.unlock();
        }
    }

    /** A lease of the cached open file; a file that has changed is dropped from the cache. */
    private Optional<BlobFile> unchanged(Digest sha256) {
        Optional<BlobFile> kept = openFiles.lease(sha256);
        if (kept.isPresent() && !kept.get().isUnchanged()) {
            openFiles.drop(sha256);
            OpenFiles.release(kept.get());
            return Optional.empty();
        }
        return kept;
    }

    private Optional<BlobFile> openAndKeep(Digest sha256) throws IOException {
        try {
            Optional<BlobFile> file = BlobFile.openIfThere(disk, layout, sha256);
            file.ifPresent(open -> {
                openFiles.keep(sha256, open);
                if (trusting) {
                    open.stamp().ifPresent(stamp -> verified.asMap().putIfAbsent(sha256, stamp));
                }
            });
            reads.worked(sha256);
            return file;
        } catch (IOException e) {
            reads.failed(sha256, e);
            throw e;
        }
    }

    @Override
    public boolean isVerified(Digest sha256, BlobFile file) {
        FileStamp then = verified.getIfPresent(sha256);
        return then != null && file.stamp().filter(then::equals).isPresent();
    }

    @Override
    public void verified(Digest sha256, BlobFile file) {
        file.stamp().ifPresent(stamp -> verified.put(sha256, stamp));
    }

    @Override
    public BlobWriter create(OptionalLong length, Optional<Digest> expected) throws IOException {
        // Each writer checks again whether the file system has room.
        Optional<String> trouble = disk.suspended().or(disk::trouble);
        if (trouble.isPresent()) {
            throw new IOException(trouble.get());
        }
        admission.begin(length, expected.isPresent());
        PartialFile partial = begin(length, expected);
        // The bytes from an earlier writer are no longer at rest, but use the same space as before.
        usage.run(Blocks.of(partial.left().size()));
        return new FileBlobWriter(this, disk, partial, length, expected);
    }

    private PartialFile begin(OptionalLong length, Optional<Digest> expected) throws IOException {
        try {
            return partials.begin(length, expected);
        } catch (NoSuchFileException e) {
            if (!whenGone.getAsBoolean()) {
                throw e;
            }
            return partials.begin(length, expected);
        }
    }

    SpaceAdmission admission() {
        return admission;
    }

    @Override
    public boolean hasPartial(Digest expected) {
        return partials.has(expected);
    }

    @Override
    public void demote(Damage damage, Digest expected) throws IOException {
        disk.refuseWhileSuspended();
        Digest sha256 = damage.sha256();
        long length = damage.length();
        Path path = layout.blob(sha256);
        boolean there = layout.holds(disk, sha256);
        if (there) {
            keepDamage(path, damage.good().gaps(length));
        }
        // Before the lock: the disk may be full, and the thread that makes room also takes such locks.
        boolean prepared = there && prepare(new PartialManifest(expected, length, damage.good()));
        boolean kept = false;
        try {
            kept = takeOut(sha256, prepared ? Optional.of(layout.partial(expected)) : Optional.empty());
        } finally {
            if (prepared) {
                partials.rested(expected);
            }
        }
        if (length > 0 && !kept) {
            throw new IOException("The damaged content " + sha256 + " was removed, but could not be kept as a partial");
        }
    }

    /** Also false when the disk fails: damaged content is then removed, so that it is not found again. */
    private boolean prepare(PartialManifest good) {
        try {
            return partials.prepare(good);
        } catch (IOException e) {
            log.warn("Could not keep the intact bytes of {}: {}", good.digest(), e.toString());
            return false;
        }
    }

    private void keepDamage(Path path, List<ByteRange> damaged) {
        try {
            if (!damaged.isEmpty()) {
                Path copy = quarantine.copy(path, damaged);
                log.warn("{} is damaged at bytes {}; {} contains a copy of these bytes", path, inWords(damaged), copy);
            }
        } catch (IOException e) {
            log.warn("{} is damaged at bytes {}; could not copy these bytes: {}", path, inWords(damaged), e.toString());
        }
    }

    private static String inWords(List<ByteRange> ranges) {
        return ranges.stream().map(ByteRange::toString).collect(Collectors.joining(", "));
    }

    @Override
    public Optional<String> trouble() {
        return disk.suspended().or(disk::trouble).or(admission::trouble);
    }

    /**
     * The writer's last step: durably renames forced, verified content to its digest. On failure nothing is stored.
     *
     * @param sealed the file's stamp when its content was verified; empty when another program had changed it by then
     */
    void place(Path partial, Digest sha256, long length, BlobFile file, Optional<FileStamp> sealed) throws IOException {
        disk.refuseWhileSuspended();
        Path folder = layout.blobFolder(sha256);
        Path target = layout.blob(sha256);
        ReentrantLock lock = lock(sha256);
        try {
            makeFolder(folder);
            if (isUsable(target, sha256, length)) {
                disk.forceFolder(folder);
                drop(partial);
            } else {
                moveInto(folder, partial, target, length);
                settle(target, sha256, file, sealed);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * A file that cannot be inspected now, or was changed since it was verified, is reopened and checked by its first
     * reader.
     */
    private void settle(Path target, Digest sha256, BlobFile file, Optional<FileStamp> sealed) {
        try {
            FileStamp now = disk.stamp(target);
            if (sealed.filter(now::isRenamed).isPresent()) {
                file.settle(disk, target, now);
                verified(sha256, file);
                openFiles.keep(sha256, file);
            } else {
                // Readers that read it while it grew stop there.
                sealed.ifPresent(stamp -> file.settle(disk, target, stamp));
                log.warn("A program changed {} before it was stored; the vault verifies it before serving it.", target);
            }
        } catch (IOException e) {
            log.debug("Could not inspect {}: {}", target, e.toString());
        }
    }

    /**
     * Whether another fill has already stored that content; a file that another program changed is replaced by the new
     * content.
     */
    private boolean isUsable(Path target, Digest sha256, long length) throws IOException {
        if (disk.kind(target) != Disk.Kind.FILE || Files.size(target) != length) {
            return false;
        }
        if (!disk.stamp(target).equals(verified.getIfPresent(sha256))) {
            return false;
        }
        try (FileChannel _ = disk.open(target)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void moveInto(Path folder, Path partial, Path target, long length) throws IOException {
        clearFolder(target);
        long before = disk.kind(target) == Disk.Kind.FILE ? Files.size(target) : 0;
        disk.move(partial, target);
        try {
            disk.forceFolder(folder);
        } catch (IOException e) {
            drop(target);
            throw e;
        } finally {
            usage.removed(before);
        }
        usage.placed(length);
    }

    /**
     * The first blob of a folder creates it; synchronized, so that no thread relies on a folder that was not yet forced
     * to disk.
     */
    private synchronized void makeFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        try {
            disk.makeFolder(folder);
        } catch (FileAlreadyExistsException e) {
            if (disk.kind(folder) == Disk.Kind.FOLDER) {
                return;
            }
            log.warn("{} is not a folder; moving it to quarantine.", folder);
            quarantine.take(folder);
            disk.makeFolder(folder);
        }
        disk.forceFolder(layout.blobs());
    }

    @Override
    public void delete(Digest sha256) throws IOException {
        takeOut(sha256, Optional.empty());
    }

    /** Moves the content's file to another place, or removes it; true when it was moved. */
    private boolean takeOut(Digest sha256, Optional<Path> place) throws IOException {
        disk.refuseWhileSuspended();
        Path path = layout.blob(sha256);
        ReentrantLock lock = lock(sha256);
        try {
            openFiles.drop(sha256);
            verified.invalidate(sha256);
            clearFolder(path);
            boolean there = disk.kind(path) == Disk.Kind.FILE;
            long length = there ? Files.size(path) : 0;
            boolean moved = place.isPresent() && moveAway(path, place.get());
            if (moved) {
                disk.forceFolder(layout.partial());
            } else if (there && pinned.test(sha256)) {
                quarantine.take(path);
            } else {
                disk.delete(path);
            }
            usage.removed(length);
            reads.worked(sha256);
            if (Files.isDirectory(layout.blobFolder(sha256))) {
                disk.forceFolder(layout.blobFolder(sha256));
            }
            return moved;
        } finally {
            lock.unlock();
        }
    }

    private boolean moveAway(Path path, Path place) {
        try {
            disk.move(path, place);
            return true;
        } catch (IOException e) {
            log.warn("Could not move {} to {}; removing it from the store: {}", path, place, e.toString());
            return false;
        }
    }

    /** A rename cannot replace a folder. The vault creates none here; another program did. */
    private void clearFolder(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            log.warn("A folder has the name of the blob {}; moving it to quarantine.", path.getFileName());
            quarantine.take(path);
        }
    }

    /** Removes a file that is no longer needed; a failure of the disk costs only space. */
    void drop(Path file) {
        try {
            disk.delete(file);
        } catch (IOException e) {
            log.warn("Could not remove {}: {}. Remove it manually, or restart the vault.", file, e.toString());
        }
    }

    private ReentrantLock lock(Digest sha256) {
        ReentrantLock lock = locks.get(Math.floorMod(sha256.hashCode(), STRIPES));
        lock.lock();
        return lock;
    }

    /** Closes the cached open files once the keeper has finished. Readers keep their leases. */
    @Override
    public void close() {
        keeper.close();
        openFiles.dropAll();
    }
}
