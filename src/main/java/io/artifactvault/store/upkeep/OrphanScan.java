package io.artifactvault.store.upkeep;

import io.artifactvault.http.Digest;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.index.EntryIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds stored content that the index does not know, after the index was lost or lagged behind a crash, so that it
 * counts towards the limit and can be evicted. Each run, on the keeper's thread, scans one of the 256 folders; each
 * folder is scanned once after startup, which does not wait for that.
 */
public final class OrphanScan implements Chores.Chore {
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration DONE = Duration.ofDays(3650);

    private final VaultLayout layout;
    private final EntryIndex index;
    private int next;

    public OrphanScan(StoreSettings settings, EntryIndex index) {
        this.layout = new VaultLayout(settings.dir());
        this.index = index;
    }

    @Override
    public Duration work() throws IOException {
        Path folder = layout.blobs().resolve("%02x".formatted(next));
        if (Files.isDirectory(folder)) {
            for (Digest sha256 : content(folder)) {
                // The lookup adds it to the index if its file exists.
                index.loadBlob(sha256);
            }
        }
        next++;
        return next < 256 ? PAUSE : DONE;
    }

    private static List<Digest> content(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> Digest.parse("sha256:" + file.getFileName()))
                    .flatMap(Optional::stream)
                    .toList();
        }
    }
}
