package io.artifactvault.store.sqlite;

import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.index.Inventory;
import io.artifactvault.store.index.Pins;
import io.artifactvault.store.index.Savings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The contents of a cache folder in numbers.
 *
 * @param entries stored responses
 * @param blobs stored content; content with several names counts once
 * @param partials incomplete content, kept for resumption
 * @param quarantine files taken out of service
 * @param pinned number of distinct blobs that an operator pinned
 * @param oldestUse when the least recently used content was last used
 * @param newestUse when any content was last used
 * @param bytesSaved bytes not fetched because the content was already stored, since the folder was created
 */
public record StoreStats(
        long entries,
        Inventory.Totals blobs,
        Inventory.Totals partials,
        Inventory.Totals quarantine,
        long pinned,
        Optional<Instant> oldestUse,
        Optional<Instant> newestUse,
        long bytesSaved) {

    private static final String USES = "SELECT min(used_at), max(used_at) FROM access HAVING count(*) > 0";

    public static StoreStats read(SqliteInventory ledger, Pins pins, VaultLayout layout) throws IOException {
        AtomicLong entries = new AtomicLong();
        AtomicLong oldest = new AtomicLong(-1);
        AtomicLong newest = new AtomicLong(-1);
        ledger.query("SELECT count(*) FROM entry", row -> entries.set(row.getLong(1)));
        ledger.query(USES, row -> {
            oldest.set(row.getLong(1));
            newest.set(row.getLong(2));
        });
        return new StoreStats(
                entries.get(),
                ledger.totals(),
                files(layout.partial()),
                files(layout.quarantine()),
                pins.size(),
                instant(oldest.get()),
                instant(newest.get()),
                Savings.remembered(ledger));
    }

    private static Optional<Instant> instant(long nanos) {
        return nanos < 0 ? Optional.empty() : Optional.of(Row.instant(nanos));
    }

    /**
     * The size in bytes of everything in the folder except complete content: incomplete content, the quarantine, the
     * index.
     */
    public static long besidesBlobs(VaultLayout layout) throws IOException {
        long bytes =
                files(layout.partial()).bytes() + files(layout.quarantine()).bytes();
        for (Path file : layout.indexFiles()) {
            bytes += Files.exists(file) ? Files.size(file) : 0;
        }
        return bytes;
    }

    /** The number and the total size of the files in a folder. Each call lists the files, because there are few. */
    static Inventory.Totals files(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(VaultLayout::isPlainFile)
                    .filter(file -> !file.toString().endsWith(".extents"))
                    .toList();
        }
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
        }
        return new Inventory.Totals(files.size(), bytes);
    }
}
