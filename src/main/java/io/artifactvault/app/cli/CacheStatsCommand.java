package io.artifactvault.app.cli;

import io.artifactvault.admin.Bytes;
import io.artifactvault.app.terminal.VersionText;
import io.artifactvault.snapshot.Json;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.index.Inventory;
import io.artifactvault.store.sqlite.StoreStats;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code vault cache stats}: counts the contents of a cache folder. */
@Command(
        name = "stats",
        description = "Show how much a cache folder contains.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class)
final class CacheStatsCommand implements Callable<Integer> {
    @Mixin
    private CacheFolderOptions folder = new CacheFolderOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws Exception {
        StoreSettings settings = folder.settings();
        try (OpenedCache cache = OpenedCache.open(settings)) {
            StoreStats stats = cache.view().stats();
            OptionalLong limit = folder.limit(settings);
            output.write(() -> json(stats, limit), out -> write(out, stats, limit));
        }
        return 0;
    }

    private static void write(PrintWriter out, StoreStats stats, OptionalLong limit) {
        out.printf("entries     %d%n", stats.entries());
        line(out, "blobs", stats.blobs());
        line(out, "partials", stats.partials());
        line(out, "quarantine", stats.quarantine());
        out.printf("pinned      %d blobs%n", stats.pinned());
        out.printf(
                "limit       %s%n",
                limit.isPresent() ? Bytes.text(limit.getAsLong()) : "(pass --config FILE to show it)");
        out.printf("saved       %s%n", Bytes.text(stats.bytesSaved()));
        out.printf("oldest use  %s%n", text(stats.oldestUse()));
        out.printf("newest use  %s%n", text(stats.newestUse()));
    }

    private static void line(PrintWriter out, String name, Inventory.Totals totals) {
        out.printf("%-11s %d, %s%n", name, totals.blobs(), Bytes.text(totals.bytes()));
    }

    private static String text(Optional<Instant> instant) {
        return instant.map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString()).orElse("-");
    }

    private static Map<String, Object> json(StoreStats stats, OptionalLong limit) {
        Map<String, Object> json = Json.of(
                "entries", stats.entries(),
                "blobs", json(stats.blobs()),
                "partials", json(stats.partials()),
                "quarantine", json(stats.quarantine()),
                "pinned", stats.pinned(),
                "bytes_saved", stats.bytesSaved());
        limit.ifPresent(bytes -> json.put("limit_bytes", bytes));
        stats.oldestUse().ifPresent(at -> json.put("oldest_use", at));
        stats.newestUse().ifPresent(at -> json.put("newest_use", at));
        return json;
    }

    private static Map<String, Object> json(Inventory.Totals totals) {
        return Json.of("count", totals.blobs(), "bytes", totals.bytes());
    }
}
