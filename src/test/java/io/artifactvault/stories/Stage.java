package io.artifactvault.stories;

import io.artifactvault.admin.AdminSettings;
import io.artifactvault.app.VaultServer;
import io.artifactvault.backend.CorsOrigins;
import io.artifactvault.backend.SourceSettings;
import io.artifactvault.backend.huggingface.HuggingFaceSettings;
import io.artifactvault.cache.request.CacheSettings;
import io.artifactvault.cache.request.FillSettings;
import io.artifactvault.config.VaultConfig;
import io.artifactvault.fixtures.TestClock;
import io.artifactvault.http.Credential;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.origin.BreakerSettings;
import io.artifactvault.origin.OriginSettings;
import io.artifactvault.origin.OutboundSettings;
import io.artifactvault.origin.RetrySettings;
import io.artifactvault.server.ConnectionSettings;
import io.artifactvault.server.Exchange;
import io.artifactvault.server.ServerSettings;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.Verify;
import io.artifactvault.store.blob.FileBlobStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** One vault in front of one Hub, and a client to ask it with. */
final class Stage implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    final TestClock clock = new TestClock();
    final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path dir;
    private final String hub;
    private Duration timeout = Duration.ofSeconds(20);
    private PrivateTargets privateRedirects = PrivateTargets.ALL;
    private String prefix = "/huggingface/";
    private List<String> hosts = List.of();
    private Optional<String> datasetsServer = Optional.empty();
    private Optional<String> token = Optional.empty();
    private Optional<String> adminToken = Optional.empty();
    private VaultServer.Blobs blobs = FileBlobStore::open;
    private Verify verify = Verify.START;
    private CacheSettings cache = CacheSettings.defaults();
    private ConnectionSettings connections = ConnectionSettings.defaults();
    private SourceSettings source = SourceSettings.UNLIMITED;
    private CorsOrigins cors = CorsOrigins.any();
    private RetrySettings retry = new RetrySettings(3, Duration.ofSeconds(2), 10);
    // A hub that comes back is asked again at once, unless the story is about that.
    private BreakerSettings breaker = new BreakerSettings(5, Duration.ofMillis(1));
    private OutboundSettings outbound = OutboundSettings.DIRECT;
    private UnaryOperator<OriginSettings> manners = UnaryOperator.identity();
    private Optional<VaultServer> server = Optional.empty();

    Stage(Path dir, String hub) {
        this.dir = dir;
        this.hub = hub;
    }

    Stage timeout(Duration most) {
        timeout = most;
        return this;
    }

    Stage privateRedirects(boolean allowed) {
        return privateRedirects(allowed ? PrivateTargets.ALL : PrivateTargets.NONE);
    }

    Stage privateRedirects(PrivateTargets allowed) {
        privateRedirects = allowed;
        return this;
    }

    Stage mountedAt(String where, String... only) {
        prefix = where;
        hosts = List.of(only);
        return this;
    }

    Stage datasetsServer(String base) {
        datasetsServer = Optional.of(base);
        return this;
    }

    Stage tokenForAnonymous(String ofServer) {
        token = Optional.of(ofServer);
        return this;
    }

    Stage adminToken(String ofOperators) {
        adminToken = Optional.of(ofOperators);
        return this;
    }

    Stage outbound(OutboundSettings ways) {
        outbound = ways;
        return this;
    }

    Stage blobs(VaultServer.Blobs opener) {
        blobs = opener;
        return this;
    }

    Stage offline(boolean on) {
        return engine(cache.parallelSegments(), on);
    }

    Stage fills(FillSettings bounds) {
        cache = cache.toBuilder().fills(bounds).build();
        return this;
    }

    /** How many streams a fill may use. */
    Stage streams(int most) {
        return engine(most, cache.offline());
    }

    private Stage engine(int streams, boolean offline) {
        cache = cache.toBuilder().parallelSegments(streams).offline(offline).build();
        return this;
    }

    /** The manners towards upstream. */
    Stage origin(UnaryOperator<OriginSettings> change) {
        manners = change;
        return this;
    }

    /** What the engine does otherwise than usual. */
    Stage cache(UnaryOperator<CacheSettings> change) {
        cache = change.apply(cache);
        return this;
    }

    /** What each client may cost. */
    Stage connections(ConnectionSettings limits) {
        connections = limits;
        return this;
    }

    /** How many requests per second one client may cause upstream. */
    Stage clientRate(int perSecond) {
        cache = HttpStage.clientRate(cache, perSecond);
        return this;
    }

    Stage verify(Verify when) {
        verify = when;
        return this;
    }

    Stage source(SourceSettings settings) {
        source = settings;
        return this;
    }

    Stage cors(String... origins) {
        cors = CorsOrigins.of(List.of(origins));
        return this;
    }

    Stage retry(RetrySettings policy) {
        retry = policy;
        return this;
    }

    Stage breaker(BreakerSettings policy) {
        breaker = policy;
        return this;
    }

    Stage start() throws IOException {
        server = Optional.of(VaultServer.start(config(), clock, exchanges::add, blobs));
        return this;
    }

    void restart() throws IOException {
        close();
        start();
    }

    VaultServer vault() {
        return server.orElseThrow();
    }

    private VaultConfig config() {
        HuggingFaceSettings backend = new HuggingFaceSettings(
                "huggingface",
                prefix,
                hosts,
                URI.create(hub),
                datasetsServer.map(URI::create),
                token.map(Credential::bearer),
                token.isPresent(),
                timeout,
                5,
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofSeconds(300),
                Duration.ofHours(1),
                privateRedirects,
                source,
                cors);
        return new VaultConfig(
                new ServerSettings(
                        "127.0.0.1",
                        0,
                        Optional.empty(),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(10),
                        65_536,
                        connections),
                new AdminSettings("127.0.0.1", 0, adminToken.map(Credential::bearer)),
                store(),
                cache,
                manners.apply(new OriginSettings(
                        timeout, timeout, timeout, 8, Duration.ofSeconds(30), retry, breaker, 5, outbound)),
                List.of(backend));
    }

    private StoreSettings store() {
        StoreSettings usual = StoreSettings.of(dir, 1L << 40, 32L << 20, 64);
        return new StoreSettings(
                dir, usual.memory(), usual.openFiles(), usual.eviction(), usual.partial(), verify, usual.scrubRate());
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + vault().port() + path);
    }

    /** Sends a request for a path below the mount; fields come as names and values in turn. */
    HttpResponse<byte[]> send(String method, String below, String... fields) throws IOException, InterruptedException {
        return client.send(request(method, prefix + below, fields), BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> get(String below, String... fields) throws IOException, InterruptedException {
        return send("GET", below, fields);
    }

    HttpResponse<byte[]> head(String below, String... fields) throws IOException, InterruptedException {
        return send("HEAD", below, fields);
    }

    HttpRequest request(String method, String path, String... fields) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(path)).timeout(PATIENCE).method(method, HttpRequest.BodyPublishers.noBody());
        if (fields.length > 0) {
            request.headers(fields);
        }
        return request.build();
    }

    /** Until what goes on after an answer, such as a commit or a probe, is over. */
    void awaitQuiet() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (vault().openFills() > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }

    HttpClient client() {
        return client;
    }

    @Override
    public void close() {
        server.ifPresent(VaultServer::close);
        server = Optional.empty();
    }
}
