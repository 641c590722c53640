package io.artifactvault.proofs;

import io.artifactvault.proofs.attack.Answer;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.TestHub;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A vault with default settings, but for lifetimes of one second, so that warm content asks upstream while the proof lasts; and
 * origins that can fail.
 */
final class OutageStage implements AutoCloseable {
    static final String WARM = "acme/warm";
    static final String FILE = "model.bin";
    static final String HUB = "/huggingface";
    static final Content MODEL = Content.generated(300_000, 11);

    private static final int COLD_FILES = 400;
    private static final int COLD_SIZE = 30_000;
    private static final Duration UNTIL_WARM = Duration.ofSeconds(60);

    private final Path work;
    private final OutageOrigins origins;
    private final boolean byName;
    private final HubRepository cold;
    private final String coldCommit;
    private final Map<String, byte[]> warm = new LinkedHashMap<>();
    private final AtomicInteger nextCold = new AtomicInteger();
    private VaultProcess vault;

    /**
     * Starts the origins, and a vault that knows nothing.
     *
     * @param byName whether the vault finds Hub and HTTP origin by a name instead of by an address
     */
    OutageStage(Path work, boolean byName) throws Exception {
        this.work = work;
        this.byName = byName;
        origins = new OutageOrigins(work.resolve("hosts"));
        cold = origins.hub().repo("models", "acme/cold");
        for (int i = 0; i < COLD_FILES; i++) {
            cold.lfs("file-" + i + ".bin", coldContent(i));
        }
        coldCommit = cold.push();
        try {
            vault = launch();
        } catch (Exception | Error e) {
            origins.close();
            throw e;
        }
    }

    private static Content coldContent(int number) {
        return Content.generated(COLD_SIZE, 7_000_000L + number);
    }

    private VaultProcess launch() throws Exception {
        Path cache = work.resolve("cache");
        VaultProcess.Configuration configuration = (port, adminPort) -> """
                server: {host: 127.0.0.1, port: %d, drain_timeout: 1s}
                admin: {host: 127.0.0.1, port: %d}
                cache: {dir: %s, min_free: 0}
                backends:
                  - type: huggingface
                    config: {base_url: "%s", prefix: /huggingface/, allow_private_redirects: true, metadata_ttl: 1, access_ttl: 2}
                  - type: http
                    name: http
                    config: {base_url: "%s", prefix: /http/}
                """.formatted(
                        port,
                        adminPort,
                        cache.toAbsolutePath(),
                        base(origins.hub().hub().port()),
                        base(origins.http().port()));
        return VaultProcess.startAs(
                cache,
                configuration,
                List.of(),
                "-Xmx256m",
                "-Djdk.net.hosts.file=" + origins.hosts().toAbsolutePath());
    }

    private String base(int port) {
        return "http://" + (byName ? OutageOrigins.NAME : "127.0.0.1") + ":" + port;
    }

    OutageOrigins origins() {
        return origins;
    }

    Path work() {
        return work;
    }

    int port() {
        return vault.port();
    }

    StockClient client() {
        return new StockClient(vault.port());
    }

    /** What is stored: a file at its commit and at {@code main}, a listing, the repository's description, and an HTTP resource. */
    Map<String, byte[]> warm() {
        return warm;
    }

    void fetchWarm() throws IOException {
        HubRepository repository = origins.hub().repo("models", WARM).lfs(FILE, MODEL);
        String commit = repository.push();
        fetchWarm(HUB + TestHub.resolve(repository, commit, FILE));
        fetchWarm(HUB + TestHub.resolve(repository, "main", FILE));
        fetchWarm(HUB + "/api/models/" + WARM + "/tree/main?recursive=true&expand=false");
        fetchWarm(HUB + "/api/models/" + WARM + "/revision/main");
        fetchWarm("/http/small/0");
        for (String target : warm.keySet()) {
            boolean isFile = target.contains("/resolve/");
            byte[] right = isFile ? MODEL.bytes() : OutageOrigins.numbered(0).bytes();
            if ((isFile || target.startsWith("/http/")) && !Arrays.equals(warm.get(target), right)) {
                throw new IOException("The vault delivered a wrong " + target);
            }
        }
    }

    /** As patiently as a vault needs that has only just started. */
    private void fetchWarm(String target) throws IOException {
        Answer answer = new StockClient(vault.port(), UNTIL_WARM).get(target);
        if (answer.status() != 200) {
            throw new IOException("The vault answered " + answer.status() + " for " + target);
        }
        warm.put(target, answer.body());
    }

    /** A file of the Hub that was never asked for. */
    Scene.Offered coldFile() {
        int number = nextCold.getAndIncrement() % COLD_FILES;
        return new Scene.Offered(
                HUB + TestHub.resolve(cold, coldCommit, "file-" + number + ".bin"), coldContent(number));
    }

    /** The same of the HTTP origin. */
    Scene.Offered coldResource() {
        int number = 1_000 + nextCold.getAndIncrement();
        return new Scene.Offered("/http/small/" + number, OutageOrigins.numbered(number));
    }

    /** A file that the vault does not know, as the Hub names it. */
    String unknown(int number) {
        return "/acme/unknown-" + number + "/resolve/main/config.json";
    }

    /** Ends the vault, and starts another on the same folder. */
    void restart() throws Exception {
        vault.close();
        vault = launch();
    }

    @Override
    public void close() throws IOException {
        vault.close();
        origins.close();
    }
}
