package io.artifactvault.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Takes what lies in the way or cannot be read out of service, and keeps the newest few for an operator to look at.
 * Called by the store and the index from worker threads. Thread-safe.
 */
final class Quarantine {
    private static final int KEPT = 16;

    private final VaultLayout layout;
    private final Disk disk;
    private final Clock clock;

    Quarantine(VaultLayout layout, Disk disk, Clock clock) {
        this.layout = layout;
        this.disk = disk;
        this.clock = clock;
    }

    /** Moves the file or folder away; says where to. */
    synchronized Path take(Path victim) throws IOException {
        Path place = layout.newQuarantine(victim, clock.millis());
        disk.move(victim, place);
        trim();
        return place;
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
