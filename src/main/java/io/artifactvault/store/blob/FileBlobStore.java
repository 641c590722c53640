package io.artifactvault.store.blob;

import io.artifactvault.http.Digest;
import io.artifactvault.store.PartialSettings;
import io.artifactvault.store.Peek;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.disk.Blocks;
import io.artifactvault.store.disk.Disk;
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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs as files named by their sha256 (see {@link VaultLayout}). {@link #peek} may be called on any thread, the other
 * methods only on workers, because they block on the disk. Thread-safe.
 *
 * <p>A file appears under its digest by one rename, after its bytes were verified and forced to the disk: so a file
 * under its digest is complete at any moment and after any crash. At startup the store lists the files that a crash
 * left in {@code partial/}, and those that cannot be resumed are removed in the background. It inspects no other files,
 * so the time for startup does not depend on the amount of stored content.
 */
public final class FileBlobStore implements BlobStore {
    private static final Logger log = LoggerFactory.getLogger(FileBlobStore.class);
    private static final Duration PROBE_PERIOD = Duration.ofSeconds(1);

    private final VaultLayout layout;
    private final WatchedDisk disk;
    private final Quarantine quarantine;
    private final Keeper keeper;
    private final PartialRegister register;
    private final Partials partials;
    private final Usage usage;
    private final ReadTrouble reads;
    private final StoredFiles files;
    private final Demotion demotion;
    private final long mostQuarantine;
    private volatile SpaceAdmission admission;
    private volatile BooleanSupplier whenGone = () -> false;
    private volatile Predicate<Digest> pinned = _ -> false;

    private FileBlobStore(StoreSettings settings, VaultLayout layout, Disk disk, Clock clock, Duration probePeriod) {
        this.layout = layout;
        this.disk = new WatchedDisk(disk, layout);
        this.quarantine = new Quarantine(layout, disk, clock);
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
        this.files =
                new StoredFiles(settings, layout, this.disk, quarantine, usage, reads, sha256 -> pinned.test(sha256));
        this.demotion = new Demotion(layout, this.disk, quarantine, partials, files);
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
     * Lists files before the first writer starts, and removes leftovers later, so that the keeper never removes a file
     * that is in use.
     */
    private void start() throws IOException {
        PartialRegister.Found found = register.found(layout, filesLeft());
        keeper.start();
        keeper.execute(() -> partials.cleanUp(found));
        keeper.execute(this::weighQuarantine);
    }

    /**
     * The files of partials, including those that cannot be inspected now: otherwise the other file of such a partial
     * would be removed as a leftover.
     */
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

    /** Takes over the number of bytes of complete content, in whole blocks, that the index has counted. */
    public void counted(long bytes) {
        usage.counted(bytes);
    }

    /** Sets the guard, which must admit a fill before it uses more of the disk. */
    public void admitBy(SpaceGuard guard) {
        admission = guard;
    }

    /** Sets which content is pinned: a partial of it is not removed for space or age, and damaged content is kept. */
    public void keep(Predicate<Digest> isPinned) {
        pinned = isPinned;
    }

    /** The current size of the folder in bytes. */
    public Usage usage() {
        return usage;
    }

    /** The disk usage of the folder other than by complete content. */
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

    /** How often stored content could not be read since startup. */
    public long unreadable() {
        return reads.failures();
    }

    @Override
    public void unreadable(Digest sha256, IOException why) {
        reads.failed(sha256, why);
    }

    /**
     * Sets the action that makes room when the disk is unexpectedly full: it runs once, in the thread whose write
     * failed, before the write is retried. That thread then holds none of the store's locks.
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
        Optional<BlobFile> file = files.lease(sha256);
        return file.isPresent() ? new Peek.Found<>(file.get()) : new Peek.Unknown<>();
    }

    /** Whether a reader reads that content now; memory only. */
    public boolean isLent(Digest sha256) {
        return files.isLent(sha256);
    }

    @Override
    public Optional<BlobFile> open(Digest sha256) throws IOException {
        return files.open(sha256);
    }

    @Override
    public boolean isVerified(Digest sha256, BlobFile file) {
        return files.isVerified(sha256, file);
    }

    @Override
    public void verified(Digest sha256, BlobFile file) {
        files.verified(sha256, file);
    }

    @Override
    public BlobWriter create(OptionalLong length, Optional<Digest> expected) throws IOException {
        // Each writer checks again that the file system has room.
        Optional<String> trouble = disk.suspended().or(disk::trouble);
        if (trouble.isPresent()) {
            throw new IOException(trouble.get());
        }
        admission.begin(length, expected.isPresent());
        PartialFile partial = begin(length, expected);
        // The bytes from an earlier writer now belong to the new writer, but use the same space as before.
        usage.run(Blocks.of(partial.left().size()));
        return new FileBlobWriter(files, () -> admission, disk, partial, length, expected);
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

    @Override
    public boolean hasPartial(Digest expected) {
        return partials.has(expected);
    }

    @Override
    public void demote(Damage damage, Digest expected) throws IOException {
        demotion.demote(damage, expected);
    }

    @Override
    public Optional<String> trouble() {
        return disk.suspended().or(disk::trouble).or(admission::trouble);
    }

    @Override
    public void delete(Digest sha256) throws IOException {
        files.takeOut(sha256, Optional.empty());
    }

    /** Closes the cached open files once the keeper has finished. Readers keep their leases. */
    @Override
    public void close() {
        keeper.close();
        files.close();
    }
}
