package io.artifactvault.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.artifactvault.admin.Bytes;
import io.artifactvault.store.Ledger;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.StoreStats;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vault cache stats}: counts what a cache folder holds. */
@Command(
        name = "stats",
        description = "Count what a cache folder holds.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class CacheStatsCommand implements Callable<Integer> {
    @Mixin
    private CacheFolderOptions folder = new CacheFolderOptions();

    @Option(names = "--json", description = "For machines: one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        StoreSettings settings = folder.settings();
        try (OpenedCache cache = OpenedCache.open(settings)) {
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                writeJson(out, cache.view().stats(), folder.limit(settings));
            } else {
                write(out, cache.view().stats(), folder.limit(settings));
            }
            out.flush();
        }
        return 0;
    }

    private static void write(PrintWriter out, StoreStats stats, OptionalLong limit) {
        out.printf("entries     %d%n", stats.entries());
        line(out, "blobs", stats.blobs());
        line(out, "partials", stats.partials());
        line(out, "quarantine", stats.quarantine());
        out.printf("pinned      %d%n", stats.pinned());
        out.printf("limit       %s%n", limit.isPresent() ? Bytes.text(limit.getAsLong()) : "(known to --config only)");
        out.printf("saved       %s%n", Bytes.text(stats.bytesSaved()));
        out.printf("oldest use  %s%n", text(stats.oldestUse()));
        out.printf("newest use  %s%n", text(stats.newestUse()));
    }

    private static void line(PrintWriter out, String name, Ledger.Totals totals) {
        out.printf("%-11s %d, %s%n", name, totals.blobs(), Bytes.text(totals.bytes()));
    }

    private static String text(Optional<Instant> instant) {
        return instant.map(Instant::toString).orElse("-");
    }

    private static void writeJson(PrintWriter out, StoreStats stats, OptionalLong limit) throws IOException {
        try (JsonGenerator to =
                new JsonFactory().createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            to.writeStartObject();
            to.writeNumberField("entries", stats.entries());
            totals(to, "blobs", stats.blobs());
            totals(to, "partials", stats.partials());
            totals(to, "quarantine", stats.quarantine());
            to.writeNumberField("pinned", stats.pinned());
            if (limit.isPresent()) {
                to.writeNumberField("limit_bytes", limit.getAsLong());
            }
            to.writeNumberField("bytes_saved", stats.bytesSaved());
            instant(to, "oldest_use", stats.oldestUse());
            instant(to, "newest_use", stats.newestUse());
            to.writeEndObject();
        }
        out.println();
    }

    private static void totals(JsonGenerator to, String name, Ledger.Totals totals) throws IOException {
        to.writeObjectFieldStart(name);
        to.writeNumberField("count", totals.blobs());
        to.writeNumberField("bytes", totals.bytes());
        to.writeEndObject();
    }

    private static void instant(JsonGenerator to, String name, Optional<Instant> instant) throws IOException {
        if (instant.isPresent()) {
            to.writeStringField(name, instant.get().toString());
        }
    }
}
