package io.artifactvault.store.disk;

import io.artifactvault.http.conditional.ByteRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder for files that are in the way or cannot be read: moves them there, and keeps the newest few for an
 * operator to inspect. Called by the store and the index from worker threads. Thread-safe.
 */
public final class Quarantine {
    private static final int KEPT = 16;
    private static final int COPY_BUFFER = 64 * 1024;
    private static final long MOST_COPIED = 16L << 20;

    private final VaultLayout layout;
    private final Disk disk;
    private final Clock clock;

    public Quarantine(VaultLayout layout, Disk disk, Clock clock) {
        this.layout = layout;
        this.disk = disk;
        this.clock = clock;
    }

    /** Moves the file or folder to quarantine; returns its new path. */
    public synchronized Path take(Path victim) throws IOException {
        Path place = layout.newQuarantine(victim, clock.millis());
        disk.move(victim, place);
        trim();
        return place;
    }

    /** Copies the readable bytes of those ranges, one after the other and at most 16 MiB, to quarantine. */
    public Path copy(Path victim, List<ByteRange> ranges) throws IOException {
        Path place = layout.newQuarantine(victim, clock.millis());
        try (FileChannel from = disk.open(victim);
                FileChannel to = disk.create(place)) {
            for (ByteRange range : ranges) {
                copy(from, range, to);
            }
        }
        synchronized (this) {
            trim();
        }
        return place;
    }

    private void copy(FileChannel from, ByteRange range, FileChannel to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BUFFER);
        long at = range.first();
        while (at <= range.last() && to.size() < MOST_COPIED) {
            buffer.clear().limit((int) Math.min(COPY_BUFFER, range.last() - at + 1));
            int count = from.read(buffer, at);
            if (count < 0) {
                return;
            }
            disk.write(to, buffer.flip(), to.size());
            at += count;
        }
    }

    /**
     * Removes the oldest files until the remaining ones are within that size, but never the newest; returns the
     * remaining size.
     */
    public synchronized long trimTo(long most) throws IOException {
        long bytes = 0;
        List<Path> newestFirst = list(layout.quarantine()).reversed();
        for (Path place : newestFirst) {
            long size = size(place);
            if (bytes > 0 && bytes + size > most) {
                deleteTree(place);
            } else {
                bytes += size;
            }
        }
        return bytes;
    }

    private static long size(Path root) throws IOException {
        long bytes = 0;
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.filter(VaultLayout::isPlainFile).toList()) {
                bytes += Blocks.of(Files.size(path));
            }
        }
        return bytes;
    }

    private void trim() throws IOException {
        List<Path> oldestFirst = list(layout.quarantine());
        for (Path place : oldestFirst.subList(0, Math.max(0, oldestFirst.size() - KEPT))) {
            deleteTree(place);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> places = Files.list(folder)) {
            return places.sorted().toList();
        }
    }

    private static void deleteTree(Path root) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(root)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }
}
