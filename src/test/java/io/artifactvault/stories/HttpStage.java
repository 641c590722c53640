package io.artifactvault.stories;

import io.artifactvault.admin.AdminSettings;
import io.artifactvault.app.VaultServer;
import io.artifactvault.backend.SourceSettings;
import io.artifactvault.backend.generic.GenericSettings;
import io.artifactvault.cache.request.CacheSettings;
import io.artifactvault.cache.request.FillSettings;
import io.artifactvault.config.VaultConfig;
import io.artifactvault.fixtures.TestClock;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.origin.BreakerSettings;
import io.artifactvault.origin.OriginSettings;
import io.artifactvault.origin.OutboundSettings;
import io.artifactvault.origin.RetrySettings;
import io.artifactvault.server.ConnectionSettings;
import io.artifactvault.server.ServerSettings;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.blob.FileBlobStore;
import io.artifactvault.store.disk.EvictionSettings;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One vault with a backend of type http, at {@code /files/} where nothing else is said, and a client to ask it with. */
final class HttpStage implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /** An origin that comes back is asked again at once. */
    private static final OriginSettings PATIENT = new OriginSettings(
            PATIENCE,
            PATIENCE,
            PATIENCE,
            8,
            PATIENCE,
            new RetrySettings(3, Duration.ofSeconds(2), 10),
            new BreakerSettings(5, Duration.ofMillis(1)),
            5,
            OutboundSettings.DIRECT);

    private static final GenericSettings.Redirects STAYING =
            new GenericSettings.Redirects(false, 5, PrivateTargets.NONE, false);

    final TestClock clock = new TestClock();
    final HttpClient client = HttpClient.newHttpClient();
    private final Path folder;
    private final URI base;
    private final String prefix;
    private final OriginSettings manners;
    private final Parts parts;
    private Duration idleTimeout = PATIENCE;
    private VaultServer vault;

    HttpStage(Path folder, ScriptedOrigin origin) throws IOException {
        this(folder, origin, FileBlobStore::open);
    }

    /** @param blobs opens the store */
    HttpStage(Path folder, ScriptedOrigin origin, VaultServer.Blobs blobs) throws IOException {
        this(folder, URI.create(origin.base()), "/files/", PATIENT, Parts.USUAL.withBlobs(blobs));
    }

    /** @param limits of the store */
    HttpStage(Path folder, ScriptedOrigin origin, EvictionSettings limits) throws IOException {
        this(folder, URI.create(origin.base()), "/files/", PATIENT, Parts.USUAL.withLimits(limits));
    }

    /** @param bounds of what is done at once */
    HttpStage(Path folder, ScriptedOrigin origin, FillSettings bounds, SourceSettings source) throws IOException {
        this(
                folder,
                URI.create(origin.base()),
                "/files/",
                PATIENT,
                Parts.USUAL
                        .withCache(CacheSettings.defaults().toBuilder()
                                .fills(bounds)
                                .build())
                        .withSource(source));
    }

    /** @param defaultTtl of answers that say nothing */
    HttpStage(Path folder, ScriptedOrigin origin, GenericSettings.Redirects redirects, Optional<Duration> defaultTtl)
            throws IOException {
        this(folder, URI.create(origin.base()), "/files/", PATIENT, Parts.USUAL.withRedirects(redirects, defaultTtl));
    }

    /** @param manners towards the origin */
    HttpStage(Path folder, URI base, String prefix, OriginSettings manners) throws IOException {
        this(folder, base, prefix, manners, Parts.USUAL);
    }

    /** A vault with other manners towards the origin, another cache and other limits of its backend. */
    static HttpStage with(Path folder, String base, OriginSettings manners, CacheSettings cache, SourceSettings source)
            throws IOException {
        return new HttpStage(
                folder,
                URI.create(base),
                "/files/",
                manners,
                Parts.USUAL.withCache(cache).withSource(source));
    }

    /** A vault whose clients may cost so much. */
    static HttpStage limited(Path folder, ScriptedOrigin origin, CacheSettings cache, ConnectionSettings connections)
            throws IOException {
        return new HttpStage(
                folder,
                URI.create(origin.base()),
                "/files/",
                PATIENT,
                Parts.USUAL.withCache(cache).withConnections(connections));
    }

    /** The same but for the requests per second that one client may cause upstream. */
    static CacheSettings clientRate(CacheSettings usual, int perSecond) {
        return usual.toBuilder().maxClientRate(perSecond).build();
    }

    /** What stories set otherwise than usual. */
    private record Parts(
            VaultServer.Blobs blobs,
            EvictionSettings limits,
            CacheSettings cache,
            SourceSettings source,
            ConnectionSettings connections,
            GenericSettings.Redirects redirects,
            Optional<Duration> defaultTtl) {
        static final Parts USUAL = new Parts(
                FileBlobStore::open,
                EvictionSettings.upTo(1L << 40),
                CacheSettings.defaults(),
                SourceSettings.UNLIMITED,
                ConnectionSettings.defaults(),
                STAYING,
                Optional.empty());

        Parts withBlobs(VaultServer.Blobs other) {
            return new Parts(other, limits, cache, source, connections, redirects, defaultTtl);
        }

        Parts withLimits(EvictionSettings other) {
            return new Parts(blobs, other, cache, source, connections, redirects, defaultTtl);
        }

        Parts withCache(CacheSettings other) {
            return new Parts(blobs, limits, other, source, connections, redirects, defaultTtl);
        }

        Parts withSource(SourceSettings other) {
            return new Parts(blobs, limits, cache, other, connections, redirects, defaultTtl);
        }

        Parts withConnections(ConnectionSettings other) {
            return new Parts(blobs, limits, cache, source, other, redirects, defaultTtl);
        }

        Parts withRedirects(GenericSettings.Redirects other, Optional<Duration> ttl) {
            return new Parts(blobs, limits, cache, source, connections, other, ttl);
        }
    }

    private HttpStage(Path folder, URI base, String prefix, OriginSettings manners, Parts parts) throws IOException {
        this.folder = folder;
        this.base = base;
        this.prefix = prefix;
        this.manners = manners;
        this.parts = parts;
        this.vault = open();
    }

    /** As patient as ever, with a breaker of its own. */
    static OriginSettings manners(BreakerSettings breaker) {
        return new OriginSettings(
                PATIENCE, PATIENCE, PATIENCE, 8, PATIENCE, PATIENT.retry(), breaker, 5, OutboundSettings.DIRECT);
    }

    /** As patient as ever, by another way out. */
    static OriginSettings manners(OutboundSettings outbound) {
        return new OriginSettings(
                PATIENCE, PATIENCE, PATIENCE, 8, PATIENCE, PATIENT.retry(), PATIENT.breaker(), 5, outbound);
    }

    private VaultServer open() throws IOException {
        GenericSettings backend = new GenericSettings(
                "files",
                prefix,
                List.of(),
                base,
                PATIENCE,
                parts.redirects(),
                parts.defaultTtl(),
                Duration.ofSeconds(30),
                Duration.ofDays(1),
                GenericSettings.Edit.NONE,
                GenericSettings.Edit.NONE,
                Set.of(),
                parts.source());
        return VaultServer.start(
                new VaultConfig(
                        new ServerSettings(
                                "127.0.0.1", 0, Optional.empty(), idleTimeout, PATIENCE, 65_536, parts.connections()),
                        new AdminSettings("127.0.0.1", 0, Optional.empty()),
                        store(),
                        parts.cache(),
                        manners,
                        List.of(backend)),
                clock,
                _ -> {},
                parts.blobs());
    }

    private StoreSettings store() {
        StoreSettings usual = StoreSettings.of(folder, 1L << 40, 32L << 20, 64);
        return new StoreSettings(
                folder,
                usual.memory(),
                usual.openFiles(),
                parts.limits(),
                usual.partial(),
                usual.verify(),
                usual.scrubRate());
    }

    void restart() throws IOException {
        vault.close();
        vault = open();
    }

    /** @param most between the requests of a client */
    void restartWithIdleTimeout(Duration most) throws IOException {
        idleTimeout = most;
        restart();
    }

    VaultServer vault() {
        return vault;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + vault.port() + prefix + path);
    }

    HttpResponse<String> send(String method, String path, String... fields) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(PATIENCE)
                .method(
                        method,
                        Set.of("GET", "HEAD").contains(method)
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofString("body"));
        if (fields.length > 0) {
            request.headers(fields);
        }
        return client.send(request.build(), BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
    }

    /** Waits until what goes on after the answer is over. */
    HttpResponse<String> get(String path, String... fields) throws IOException, InterruptedException {
        HttpResponse<String> response = send("GET", path, fields);
        awaitQuiet();
        return response;
    }

    /** The value of a metric without labels. */
    String metric(String name) throws IOException, InterruptedException {
        URI metrics = URI.create("http://127.0.0.1:" + vault.adminPort() + "/metrics");
        String page = client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
                .body();
        return page.lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElse("none");
    }

    void awaitQuiet() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (vault.openFills() > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        vault.close();
    }
}
