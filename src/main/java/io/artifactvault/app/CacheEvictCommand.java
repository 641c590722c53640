package io.artifactvault.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.artifactvault.admin.Bytes;
import io.artifactvault.store.EvictionPlan;
import io.artifactvault.store.FileBlobStore;
import io.artifactvault.store.KeptBlob;
import io.artifactvault.store.SqliteEntryIndex;
import io.artifactvault.store.StoreSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vault cache evict}: brings a cache folder under its limits, or says what that would take. */
@Command(
        name = "evict",
        description =
                "Bring a cache folder under its limits, or say what would go. A running vault does that by itself.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class CacheEvictCommand implements Callable<Integer> {
    @Mixin
    private CacheFolderOptions folder = new CacheFolderOptions();

    @Option(names = "--dry-run", description = "Say what would go, and change nothing; also while a vault is running.")
    private boolean dryRun;

    @Option(names = "--json", description = "For machines: one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        StoreSettings settings = folder.settingsWithLimits();
        try (OpenedCache cache = OpenedCache.open(settings)) {
            EvictionPlan plan = EvictionPlan.of(settings, cache.view());
            long wanted = plan.wanted();
            List<KeptBlob> victims = plan.victims(wanted);
            if (!dryRun) {
                evict(settings, cache.mustNotBeInUse("evicting by hand works"), victims);
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

    private void report(long wanted, List<KeptBlob> victims) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            writeJson(out, wanted, victims);
        } else {
            victims.forEach(
                    blob -> out.printf("%s  %d bytes, last used %s%n", blob.sha256(), blob.length(), blob.usedAt()));
            out.printf(
                    "%s: %d blobs of %s; %s above the limits%n",
                    dryRun ? "would go" : "evicted",
                    victims.size(),
                    Bytes.text(bytes(victims)),
                    wanted == 0 ? "nothing" : Bytes.text(wanted));
        }
        out.flush();
    }

    private static long bytes(List<KeptBlob> blobs) {
        return blobs.stream().mapToLong(KeptBlob::length).sum();
    }

    private void writeJson(PrintWriter out, long wanted, List<KeptBlob> victims) throws IOException {
        try (JsonGenerator to =
                new JsonFactory().createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            to.writeStartObject();
            to.writeBooleanField("dry_run", dryRun);
            to.writeNumberField("wanted_bytes", wanted);
            to.writeNumberField("bytes", bytes(victims));
            to.writeArrayFieldStart("blobs");
            for (KeptBlob blob : victims) {
                to.writeStartObject();
                to.writeStringField("sha256", blob.sha256().hex());
                to.writeNumberField("length", blob.length());
                to.writeStringField("last_used", blob.usedAt().toString());
                to.writeNumberField("uses", blob.uses());
                to.writeEndObject();
            }
            to.writeEndArray();
            to.writeEndObject();
        }
        out.println();
    }
}
