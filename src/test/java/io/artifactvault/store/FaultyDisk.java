package io.artifactvault.store;

import io.artifactvault.store.blob.FileBlobStore;
import io.artifactvault.store.disk.Disk;
import io.artifactvault.store.disk.FileStamp;
import io.artifactvault.store.disk.LocalDisk;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** A disk that refuses the steps it is told to, as a full, a broken or a lying one does. Thread-safe. */
public final class FaultyDisk implements Disk {
    /** What can be refused. */
    public enum Step {
        CREATE,
        OPEN,
        WRITE,
        FORCE,
        FORCE_FOLDER,
        MOVE,
        MAKE_FOLDER,
        DELETE,
        /** Of files opened while it is refused. */
        READ,
        STAT,
        LIST
    }

    /** What somebody else does to a file that was moved there. */
    @FunctionalInterface
    public interface Meddling {
        void done(Path file) throws IOException;
    }

    private static final String FULL = "No space left on device";

    private final Disk disk = new LocalDisk();
    private Function<Step, IOException> reason = because(FULL);
    private Path root = Path.of("");
    private long capacity = Long.MAX_VALUE;
    private volatile Meddling afterMove = _ -> {};
    private final Set<Step> refused = EnumSet.noneOf(Step.class);

    /** A store on this disk that looks every second whether a broken disk is well again. */
    public FileBlobStore store(StoreSettings settings) throws IOException {
        return store(settings, Clock.systemUTC(), Duration.ofSeconds(1));
    }

    /** A store on this disk that looks whether a broken disk is well only when it is asked to. */
    public FileBlobStore patientStore(StoreSettings settings) throws IOException {
        return store(settings, Clock.systemUTC(), Duration.ofDays(1));
    }

    /** A store on this disk that looks every {@code probePeriod} whether a broken disk is well again. */
    public FileBlobStore store(StoreSettings settings, Clock clock, Duration probePeriod) throws IOException {
        return FileBlobStore.open(settings, this, clock, probePeriod);
    }

    public synchronized void refuse(Step step) {
        refused.add(step);
    }

    /** Refuses with another reason than a lack of space. */
    public synchronized void refuse(Step step, String why) {
        refuse(step, because(why));
    }

    /** Refuses with an exception of the test's own. */
    public synchronized void refuse(Step step, Function<Step, IOException> why) {
        refused.add(step);
        reason = why;
    }

    /** At the very moment at which a file has its new name. */
    public void afterMove(Meddling meddling) {
        afterMove = meddling;
    }

    private static Function<Step, IOException> because(String why) {
        return step -> new IOException(why + " (" + step + ")");
    }

    /** From now on the folders of content and of partials under {@code folder} hold no more than that together. */
    public synchronized void holdAtMost(long bytes, Path folder) {
        root = folder;
        capacity = bytes;
    }

    private synchronized void requireRoom(Step step, long bytes) throws IOException {
        if (capacity < Long.MAX_VALUE && held("blobs") + held("partial") + bytes > capacity) {
            throw because(FULL).apply(step);
        }
    }

    private long held(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve(folder))) {
            return files.map(Path::toFile)
                    .filter(File::isFile)
                    .mapToLong(File::length)
                    .sum();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The disk works again. */
    public synchronized void heal() {
        refused.clear();
        reason = because(FULL);
    }

    private synchronized boolean isRefused(Step step) {
        return refused.contains(step);
    }

    private synchronized void attempt(Step step) throws IOException {
        if (refused.contains(step)) {
            throw reason.apply(step);
        }
    }

    @Override
    public FileChannel create(Path file) throws IOException {
        attempt(Step.CREATE);
        return disk.create(file);
    }

    @Override
    public FileChannel open(Path file) throws IOException {
        attempt(Step.OPEN);
        FileChannel channel = disk.open(file);
        return isRefused(Step.READ) ? new UnreadableChannel(channel, () -> attempt(Step.READ)) : channel;
    }

    @Override
    public FileChannel resume(Path file) throws IOException {
        attempt(Step.OPEN);
        return disk.resume(file);
    }

    /** A refused write leaves half of the bytes behind, as a disk that fills up does. */
    @Override
    public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        try {
            attempt(Step.WRITE);
            requireRoom(Step.WRITE, bytes.remaining());
        } catch (IOException e) {
            disk.write(channel, bytes.limit(bytes.position() + bytes.remaining() / 2), position);
            throw e;
        }
        disk.write(channel, bytes, position);
    }

    @Override
    public void force(FileChannel channel) throws IOException {
        attempt(Step.FORCE);
        disk.force(channel);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        attempt(Step.FORCE_FOLDER);
        disk.forceFolder(folder);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        attempt(Step.MOVE);
        disk.move(from, to);
        afterMove.done(to);
    }

    @Override
    public void makeFolder(Path folder) throws IOException {
        attempt(Step.MAKE_FOLDER);
        disk.makeFolder(folder);
    }

    @Override
    public void delete(Path file) throws IOException {
        attempt(Step.DELETE);
        disk.delete(file);
    }

    @Override
    public Kind kind(Path path) throws IOException {
        attempt(Step.STAT);
        return disk.kind(path);
    }

    @Override
    public FileStamp stamp(Path file) throws IOException {
        attempt(Step.STAT);
        return disk.stamp(file);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        attempt(Step.LIST);
        return disk.list(folder);
    }
}
