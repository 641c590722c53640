package io.artifactvault.app.cli;

import io.artifactvault.admin.Bytes;
import io.artifactvault.app.VaultServer;
import io.artifactvault.app.terminal.Terminal;
import io.artifactvault.app.terminal.VersionText;
import io.artifactvault.backend.Backend;
import io.artifactvault.backend.LocalSnapshot;
import io.artifactvault.backend.huggingface.snapshots.HubCacheFolder;
import io.artifactvault.config.ConfigException;
import io.artifactvault.config.Overrides;
import io.artifactvault.config.VaultConfig;
import io.artifactvault.snapshot.Importer;
import io.artifactvault.snapshot.Json;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.blob.FileBlobStore;
import io.artifactvault.store.disk.VaultLock;
import io.artifactvault.store.disk.VaultRefusedException;
import io.artifactvault.store.sqlite.SqliteEntryIndex;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code vault import}: imports the snapshots that huggingface_hub stores on this machine, without network access,
 * while the vault is stopped.
 */
@Command(
        name = "import",
        description =
                "Import a huggingface_hub cache into the vault's, without network access. Requires a stopped vault.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all files are imported",
            "1:some files are damaged",
            "2:incorrect usage, or a vault is running"
        })
final class ImportCommand implements Callable<Integer> {
    @Mixin
    private ConfigFileOption config = new ConfigFileOption();

    @Option(names = "--cache-dir", paramLabel = "DIR", description = "The vault's cache folder, instead of cache.dir.")
    private @Nullable Path cacheDir;

    @Parameters(
            paramLabel = "FOLDER",
            description = "The cache to import, such as ~/.cache/huggingface/hub, or one models--… folder in it.")
    private Path folder = Path.of("; pass the folder of a huggingface_hub cache.");

    @Option(names = "--backend", paramLabel = "NAME", description = "The backend to import for, if there are several.")
    private String backend = "";

    @Option(
            names = "--public",
            description =
                    "Assert that the content is public: the vault then serves it to clients without a token while the"
                            + " Hub is unreachable. When the Hub is reachable, its response decides.")
    private boolean forEverybody;

    @Option(names = "--pin", description = "Pin the snapshots, as 'vault pin' does.")
    private boolean pin;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws Exception {
        VaultConfig read =
                config.read(new Overrides(Optional.empty(), Optional.empty(), Optional.ofNullable(cacheDir)));
        Backend chosen = backend(read);
        if (!Files.isDirectory(folder)) {
            throw new ConfigException(
                    "The folder does not exist: " + absolute(folder) + "; pass the folder of a huggingface_hub cache.");
        }
        HubCacheFolder cache = new HubCacheFolder(folder);
        List<LocalSnapshot> snapshots = cache.snapshots();
        if (snapshots.isEmpty()) {
            throw new ConfigException("The folder contains no snapshot: " + absolute(folder)
                    + "; pass one with folders such as models--acme--tiny that contain refs, snapshots and blobs.");
        }
        List<Importer.Result> results = adopt(read.store(), chosen, snapshots);
        report(results, cache.problems(), absolute(read.store().dir()));
        return results.stream().allMatch(result -> result.damaged().isEmpty()) ? 0 : Main.FAILURE;
    }

    private Backend backend(VaultConfig read) throws ConfigException {
        List<Backend> hubs = VaultServer.backends(read, Clock.systemUTC()).stream()
                .filter(one -> one.snapshots().isPresent())
                .toList();
        return hubs.stream()
                .filter(one -> backend.isEmpty() || one.name().equals(backend))
                .findFirst()
                .orElseThrow(() -> new ConfigException(noBackend(hubs)));
    }

    private String noBackend(List<Backend> hubs) {
        if (hubs.isEmpty()) {
            return "The configuration has no backend of type huggingface; add one.";
        }
        String names = hubs.stream().map(Backend::name).collect(Collectors.joining(", "));
        return "The configuration has no backend \"" + backend
                + "\" of type huggingface; its backends of that type are: " + names + ".";
    }

    private List<Importer.Result> adopt(StoreSettings settings, Backend chosen, List<LocalSnapshot> snapshots)
            throws ConfigException, IOException {
        try (VaultLock _ = lock(settings);
                FileBlobStore blobs = FileBlobStore.open(settings);
                SqliteEntryIndex index = SqliteEntryIndex.open(settings)) {
            Importer.Parts parts = new Importer.Parts(index, blobs, index.pins(), Clock.systemUTC());
            Importer.Choice choice = new Importer.Choice(forEverybody, pin);
            List<Importer.Result> results = watched(snapshots, moved -> new Importer(chosen, parts, choice, moved));
            index.flush();
            return results;
        }
    }

    private static VaultLock lock(StoreSettings settings) throws ConfigException, IOException {
        try {
            return VaultLock.take(settings.dir());
        } catch (VaultRefusedException e) {
            throw new ConfigException("A vault is running on " + absolute(settings.dir())
                    + "; stop it before the import, or use 'vault warm' instead. " + e.getMessage());
        }
    }

    /** Creates the importer, which reports its progress. */
    @FunctionalInterface
    private interface Making {
        Importer telling(LongConsumer moved);
    }

    private List<Importer.Result> watched(List<LocalSnapshot> snapshots, Making making) throws IOException {
        if (output.isForMachines() || !Terminal.isThere()) {
            return adopted(snapshots, making.telling(_ -> {}));
        }
        try (ProgressBar bar = new ProgressBarBuilder()
                .setTaskName("import")
                .setInitialMax(bytes(snapshots))
                .setUnit(" MiB", 1 << 20)
                .showSpeed()
                .build()) {
            return adopted(snapshots, making.telling(bar::stepBy));
        }
    }

    private static List<Importer.Result> adopted(List<LocalSnapshot> snapshots, Importer importer) throws IOException {
        List<Importer.Result> results = new ArrayList<>();
        for (LocalSnapshot snapshot : snapshots) {
            results.add(importer.adopt(snapshot));
        }
        return results;
    }

    private static long bytes(List<LocalSnapshot> snapshots) throws IOException {
        long bytes = 0;
        for (LocalSnapshot snapshot : snapshots) {
            for (LocalSnapshot.File file : snapshot.files()) {
                bytes += Files.size(file.source());
            }
        }
        return bytes;
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private void report(List<Importer.Result> results, List<String> problems, Path into) {
        output.write(
                () -> Json.of(
                        "cache_dir", into.toString(),
                        "snapshots", results.stream().map(this::json).toList(),
                        "problems", problems),
                out -> {
                    out.println("into " + into);
                    results.forEach(result -> tell(out, result));
                    problems.forEach(out::println);
                });
    }

    private void tell(PrintWriter out, Importer.Result result) {
        out.printf(
                "%s %s  %s: %d copied, %d already stored, %d damaged%s%n",
                result.at(),
                result.revisions(),
                Bytes.text(result.bytes()),
                result.copied(),
                result.held(),
                result.damaged().size(),
                pin ? ", pinned" : "");
        result.damaged().forEach(path -> out.println("  damaged: " + path));
    }

    private Map<String, Object> json(Importer.Result result) {
        return Json.of(
                "repository", result.at().place(),
                "commit", result.at().revision(),
                "revisions", result.revisions(),
                "copied", result.copied(),
                "held", result.held(),
                "bytes", result.bytes(),
                "damaged", result.damaged(),
                "pinned", pin);
    }
}
