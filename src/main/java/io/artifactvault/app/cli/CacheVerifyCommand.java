package io.artifactvault.app.cli;

import io.artifactvault.admin.Bytes;
import io.artifactvault.app.terminal.Terminal;
import io.artifactvault.app.terminal.VersionText;
import io.artifactvault.snapshot.Json;
import io.artifactvault.store.blob.Damage;
import io.artifactvault.store.index.Inventory;
import io.artifactvault.store.upkeep.Verification;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vault cache verify}: reads all content of a cache folder and reports damage. */
@Command(
        name = "verify",
        description = "Read all content of a cache folder, and report damage.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no damage was found",
            "1:damage was found, or some content cannot be read",
            "2:incorrect usage, or --repair while a vault is running"
        })
final class CacheVerifyCommand implements Callable<Integer> {
    /**
     * The delay before suspected damage is checked again, far longer than a running vault takes to record an eviction
     * in its index.
     */
    private static final Duration LAG = Duration.ofSeconds(2);

    @Mixin
    private CacheFolderOptions folder = new CacheFolderOptions();

    @Mixin
    private Output output = new Output();

    @Option(
            names = "--repair",
            description = "Remove damaged content; the next request for it fetches it again."
                    + " Requires that no vault is running on the folder.")
    private boolean repair;

    @Option(names = "--deep", description = "Compute every sha256, even if checksums are recorded.")
    private boolean deep;

    @Override
    public Integer call() throws Exception {
        try (OpenedCache cache = OpenedCache.open(folder.settings())) {
            if (repair) {
                cache.mustNotBeInUse("--repair can change the folder");
            }
            Inventory.Totals totals = cache.view().ledger().totals();
            Verification.Result found =
                    run(new Verification(cache.view(), deep, cache.isInUse() ? LAG : Duration.ZERO), totals);
            if (repair) {
                cache.repair(found.damaged());
            }
            report(totals, found);
            return found.isClean() ? 0 : Main.FAILURE;
        }
    }

    private static Verification.Result run(Verification verification, Inventory.Totals totals) throws IOException {
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

    private void report(Inventory.Totals totals, Verification.Result found) {
        List<Damage> damaged = found.damaged();
        output.write(() -> json(totals, found), out -> {
            found.unreadable()
                    .forEach(one -> out.printf(
                            "unreadable  %s  %s; the vault left it unchanged, check the disk%n",
                            one.sha256(), one.why()));
            damaged.forEach(one -> out.printf(
                    "damaged  %s  %d of %d bytes are intact%n",
                    one.sha256(), one.good().size(), one.length()));
            out.printf(
                    "%d blobs of %s read, %d damaged%s%n",
                    totals.blobs(),
                    Bytes.text(totals.bytes()),
                    damaged.size(),
                    damaged.isEmpty() ? "" : repair ? " and removed" : "; run with --repair to remove them");
            if (!found.unreadable().isEmpty()) {
                out.printf(
                        "%d could not be read, which does not prove damage; check the disk%n",
                        found.unreadable().size());
            }
        });
    }

    private Map<String, Object> json(Inventory.Totals totals, Verification.Result found) {
        List<Damage> damaged = found.damaged();
        return Json.of(
                "blobs", totals.blobs(),
                "bytes", totals.bytes(),
                "repaired", repair && !damaged.isEmpty(),
                "damaged", damaged.stream().map(CacheVerifyCommand::json).toList(),
                "unreadable",
                        found.unreadable().stream()
                                .map(CacheVerifyCommand::unread)
                                .toList());
    }

    private static Map<String, Object> unread(Verification.Unreadable one) {
        return Json.of("sha256", one.sha256().hex(), "why", one.why());
    }

    private static Map<String, Object> json(Damage one) {
        return Json.of(
                "sha256", one.sha256().hex(),
                "length", one.length(),
                "good_bytes", one.good().size());
    }
}
