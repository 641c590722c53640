package io.artifactvault.app.cli;

import io.artifactvault.admin.Bytes;
import io.artifactvault.app.terminal.VersionText;
import io.artifactvault.snapshot.Json;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.blob.FileBlobStore;
import io.artifactvault.store.index.KeptBlob;
import io.artifactvault.store.sqlite.SqliteEntryIndex;
import io.artifactvault.store.upkeep.EvictionPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vault cache evict}: brings a cache folder under its limits, or shows what would be evicted. */
@Command(
        name = "evict",
        description = "Evict content until a cache folder is within its limits. A running vault does this by itself.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class)
final class CacheEvictCommand implements Callable<Integer> {
    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "The configuration file, for the limits of the cache folder.")
    private Path file = Path.of("config.yml");

    @Option(names = "--cache-dir", paramLabel = "DIR", description = "The cache folder, instead of cache.dir.")
    private @Nullable Path cacheDir;

    @Option(
            names = "--dry-run",
            description = "Show what would be evicted, and change nothing; works while a vault is running.")
    private boolean dryRun;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws Exception {
        StoreSettings settings = CacheFolderOptions.settings(file, cacheDir);
        try (OpenedCache cache = OpenedCache.open(settings)) {
            EvictionPlan plan = EvictionPlan.of(settings, cache.view());
            long wanted = plan.wanted();
            List<KeptBlob> victims = plan.victims(wanted);
            if (!dryRun) {
                evict(settings, cache.mustNotBeInUse("the command can evict"), victims);
            }
            report(wanted, victims);
        }
        return 0;
    }

    private static void evict(StoreSettings settings, SqliteEntryIndex index, List<KeptBlob> victims)
            throws IOException {
        try (FileBlobStore blobs = FileBlobStore.open(settings)) {
            for (KeptBlob victim : victims) {
                blobs.delete(victim.sha256());
                index.removeBlob(victim.sha256());
            }
        }
    }

    private void report(long wanted, List<KeptBlob> victims) {
        output.write(() -> json(wanted, victims), out -> {
            victims.forEach(
                    blob -> out.printf("%s  %d bytes, last used %s%n", blob.sha256(), blob.length(), blob.usedAt()));
            out.printf(
                    "%s: %d blobs of %s; %s above the limits%n",
                    dryRun ? "would be evicted" : "evicted",
                    victims.size(),
                    Bytes.text(bytes(victims)),
                    wanted == 0 ? "nothing" : Bytes.text(wanted));
        });
    }

    private static long bytes(List<KeptBlob> blobs) {
        return blobs.stream().mapToLong(KeptBlob::length).sum();
    }

    private Map<String, Object> json(long wanted, List<KeptBlob> victims) {
        return Json.of(
                "dry_run",
                dryRun,
                "wanted_bytes",
                wanted,
                "bytes",
                bytes(victims),
                "blobs",
                victims.stream().map(CacheEvictCommand::json).toList());
    }

    private static Map<String, Object> json(KeptBlob blob) {
        return Json.of(
                "sha256", blob.sha256().hex(),
                "length", blob.length(),
                "last_used", blob.usedAt(),
                "uses", blob.uses());
    }
}
