package io.artifactvault.proofs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A huggingface_hub that {@code clients/run} or {@code proofs/run} installed, each call in a process of its own.
 *
 * @param version as it names its folder
 */
record RealClient(String version, Path python) {
    private static final Path INSTALLED = Path.of("target", "clients");
    private static final List<String> VERSIONS = List.of("1.33.0", "0.23.5");
    private static final String SCRIPT = """
            import hashlib, pathlib, sys, time
            from huggingface_hub import hf_hub_download
            began = time.monotonic()
            try:
                path = hf_hub_download(sys.argv[1], sys.argv[2], cache_dir=sys.argv[3])
                result = hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
            except Exception as failure:
                result = type(failure).__name__
            print(result, time.monotonic() - began)
            """;

    /** Those that are here. */
    static List<RealClient> installed() {
        return VERSIONS.stream()
                .map(version -> new RealClient(
                        version,
                        INSTALLED.resolve("hub-" + version).resolve("bin").resolve("python")))
                .filter(client -> Files.isExecutable(client.python))
                .toList();
    }

    /**
     * What came of one download.
     *
     * @param result the SHA-256 of the file, or the exception's class
     * @param took as the client measured it, without its start
     */
    record Outcome(String result, Duration took) {}

    /** Downloads a file at {@code main} into an empty cache. */
    Outcome download(String endpoint, String repository, String file, Path work, Duration most)
            throws IOException, InterruptedException {
        Path home = Files.createTempDirectory(work, "hf");
        ProcessBuilder builder =
                new ProcessBuilder(python.toAbsolutePath().toString(), "-c", SCRIPT, repository, file, home.toString());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        environment.putAll(Map.of(
                "HF_ENDPOINT",
                endpoint,
                "HF_HOME",
                home.toString(),
                "HF_HUB_DISABLE_XET",
                "1",
                "HF_HUB_DISABLE_TELEMETRY",
                "1"));
        long start = System.nanoTime();
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            return new Outcome("not ended", Waiting.since(start));
        }
        String[] said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .split(" ", -1);
        return said.length == 2
                ? new Outcome(said[0], Duration.ofNanos((long) (Double.parseDouble(said[1]) * 1e9)))
                : new Outcome("crashed", Waiting.since(start));
    }

    @Override
    public String toString() {
        return "huggingface_hub " + version;
    }
}
