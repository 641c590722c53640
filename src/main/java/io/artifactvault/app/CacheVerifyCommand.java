package io.artifactvault.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.artifactvault.admin.Bytes;
import io.artifactvault.store.Damage;
import io.artifactvault.store.Ledger;
import io.artifactvault.store.Verification;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vault cache verify}: reads everything that a cache folder holds, and says what is damaged. */
@Command(
        name = "verify",
        description = "Read everything that a cache folder holds, and say what is damaged.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all is well", "1:damage was found", "2:bad usage, or --repair while a vault is running"})
final class CacheVerifyCommand implements Callable<Integer> {
    /** By far longer than a running vault takes to tell its index what it evicted. */
    private static final Duration LAG = Duration.ofSeconds(2);

    @Mixin
    private CacheFolderOptions folder = new CacheFolderOptions();

    @Option(names = "--json", description = "For machines: one JSON object.")
    private boolean json;

    @Option(
            names = "--repair",
            description = "Take what is damaged out of service; it is fetched again when asked for."
                    + " Only while no vault is running on the folder.")
    private boolean repair;

    @Option(names = "--deep", description = "Compute every sha256, even where checksums were recorded.")
    private boolean deep;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        try (OpenedCache cache = OpenedCache.open(folder.settings())) {
            if (repair) {
                cache.mustNotBeInUse("--repair works");
            }
            Ledger.Totals totals = cache.view().ledger().totals();
            List<Damage> damaged =
                    run(new Verification(cache.view(), deep, cache.isInUse() ? LAG : Duration.ZERO), totals);
            if (repair) {
                cache.repair(damaged);
            }
            report(totals, damaged);
            return damaged.isEmpty() ? 0 : Main.FAILURE;
        }
    }

    private static List<Damage> run(Verification verification, Ledger.Totals totals) throws IOException {
        if (!Terminal.isThere()) {
            return verification.run(_ -> {});
        }
        try (ProgressBar bar = new ProgressBarBuilder()
                .setTaskName("verify")
                .setInitialMax(totals.bytes())
                .setUnit(" MiB", 1 << 20)
                .showSpeed()
                .build()) {
            return verification.run(bar::stepBy);
        }
    }

    private void report(Ledger.Totals totals, List<Damage> damaged) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            writeJson(out, totals, damaged);
        } else {
            damaged.forEach(one -> out.printf(
                    "damaged  %s  %d of %d bytes are good%n",
                    one.sha256(), one.good().size(), one.length()));
            out.printf(
                    "%d blobs of %s read, %d damaged%s%n",
                    totals.blobs(),
                    Bytes.text(totals.bytes()),
                    damaged.size(),
                    damaged.isEmpty()
                            ? ""
                            : repair ? " and taken out of service" : "; --repair takes them out of service");
        }
        out.flush();
    }

    private void writeJson(PrintWriter out, Ledger.Totals totals, List<Damage> damaged) throws IOException {
        try (JsonGenerator to =
                new JsonFactory().createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            to.writeStartObject();
            to.writeNumberField("blobs", totals.blobs());
            to.writeNumberField("bytes", totals.bytes());
            to.writeBooleanField("repaired", repair && !damaged.isEmpty());
            to.writeArrayFieldStart("damaged");
            for (Damage one : damaged) {
                to.writeStartObject();
                to.writeStringField("sha256", one.sha256().hex());
                to.writeNumberField("length", one.length());
                to.writeNumberField("good_bytes", one.good().size());
                to.writeEndObject();
            }
            to.writeEndArray();
            to.writeEndObject();
        }
        out.println();
    }
}
