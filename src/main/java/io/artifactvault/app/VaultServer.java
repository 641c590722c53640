package io.artifactvault.app;

import io.artifactvault.admin.AdminApi;
import io.artifactvault.admin.AdminResponder;
import io.artifactvault.admin.Diary;
import io.artifactvault.admin.Metrics;
import io.artifactvault.admin.StatusPage;
import io.artifactvault.backend.Backend;
import io.artifactvault.backend.BackendSettings;
import io.artifactvault.cache.Vault;
import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.config.VaultConfig;
import io.artifactvault.origin.Origin;
import io.artifactvault.server.AccessLog;
import io.artifactvault.server.Exchange;
import io.artifactvault.server.HttpServer;
import io.artifactvault.server.Readiness;
import io.artifactvault.server.Router;
import io.artifactvault.snapshot.SnapshotDesk;
import io.artifactvault.snapshot.SnapshotGate;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.blob.FileBlobStore;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.sqlite.SqliteEntryIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root: creates the objects in the order of their packages, and closes them in the reverse order. Used
 * on one thread, which may block.
 */
public final class VaultServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(VaultServer.class);

    private final VaultConfig config;
    private final OpenParts parts = new OpenParts();
    private final Origin origin;
    private final Vault vault;
    private final HttpServer clients;

    /** Those of backends that have one, by the backend's name. */
    private final Map<String, HttpServer> ownListeners = new LinkedHashMap<>();

    private final HttpServer admin;
    private final Optional<HttpServer> metricsListener;
    private volatile boolean draining;

    private VaultServer(VaultConfig config, Clock clock, Consumer<Exchange> finished, Blobs opener) throws IOException {
        this.config = config;
        try {
            Storage storage = Storage.open(config.store(), clock, opener::open, parts);
            EventLoops loops = parts.add("event loops", EventLoops.start(nativeLibraries(config)));
            Metrics metrics = new Metrics();
            Capacity capacity = Capacity.of(config);
            MemoryBudget memory = new MemoryBudget(capacity.bufferedBytes(), capacity.bufferedShare());

            UpstreamSide upstream = UpstreamSide.of(config, loops, metrics, clock);
            this.origin = upstream.origin();
            List<Backend> backends = backends(config, clock);
            this.vault = parts.add("vault", vault(config, storage, origin, backends, memory, clock));
            SnapshotDesk desk = parts.add("snapshot desk", desk(storage, backends, vault, clock));

            Diary diary = new Diary(memory);
            StatusPage status = new StatusPage(
                    Front.mounts(config), clock.instant(), () -> vault.trouble().isPresent(), metrics);
            Listeners listeners = new Listeners(config, capacity, memory, loops, parts);
            Router router = new Router(backends, vault, status, upstream.mark());
            Consumer<Exchange> recorded = finished.andThen(diary).andThen(metrics);
            this.clients = listeners.clients(router, recorded);
            openOwn(listeners, router, backends, recorded);
            Gauges.showAll(metrics, config.store(), storage, upstream.origin(), vault, clients, memory, backends);

            AdminApi api = new AdminApi(desk, diary, metrics, vault::work);
            AdminResponder operators = parts.add("admin API", operators(api, status, clock));
            this.admin = listeners.operators(operators);
            this.metricsListener = listeners.metrics(operators.metricsOnly());
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void openOwn(Listeners listeners, Router router, List<Backend> backends, Consumer<Exchange> recorded)
            throws IOException {
        for (int i = 0; i < backends.size(); i++) {
            BackendSettings settings = config.backends().get(i).settings();
            if (settings.listen().isPresent()) {
                Router own = router.at(backends.get(i), backends);
                ownListeners.put(
                        settings.name(),
                        listeners.clients(settings, settings.listen().get(), own, recorded));
            }
        }
    }

    private static Vault vault(
            VaultConfig config,
            Storage storage,
            Origin origin,
            List<Backend> backends,
            MemoryBudget memory,
            Clock clock) {
        SqliteEntryIndex index = storage.index();
        return new Vault(
                config.cache(),
                config.store(),
                index,
                storage.blobs(),
                origin,
                storage.upkeep(),
                new SnapshotGate(backends, index, storage.blobs(), index.ledger()),
                memory,
                clock,
                backends.size());
    }

    private static SnapshotDesk desk(Storage storage, List<Backend> backends, Vault vault, Clock clock) {
        SqliteEntryIndex index = storage.index();
        return new SnapshotDesk(
                backends, vault, new SnapshotDesk.Parts(index, storage.blobs(), index.pins(), index.ledger(), clock));
    }

    private AdminResponder operators(AdminApi api, StatusPage status, Clock clock) {
        return new AdminResponder(
                config.admin(),
                this::readiness,
                api,
                request -> status.respond(request, Front.clientsBase(config, port(), request)),
                clock);
    }

    /** The folder of SQLite's native library, which has been loaded by now. */
    private static Path nativeLibraries(VaultConfig config) {
        return new VaultLayout(config.store().dir()).nativeLibraries();
    }

    /**
     * Starts the vault; returns when both ports accept connections. The check whether the Hub accepts the backends'
     * tokens runs in the background.
     *
     * @throws IOException when the folder or a port cannot be used; the message is for the operator
     */
    public static VaultServer start(VaultConfig config) throws IOException {
        VaultServer server = start(config, Clock.systemUTC(), new AccessLog());
        server.parts.add("token check", TokenCheck.start(config, server.origin));
        return server;
    }

    /** Starts the vault with the caller's clock and listener. */
    public static VaultServer start(VaultConfig config, Clock clock, Consumer<Exchange> finished) throws IOException {
        return start(config, clock, finished, FileBlobStore::open);
    }

    /** Opens the blob store; tests open it on a faulty disk. */
    @FunctionalInterface
    public interface Blobs {
        FileBlobStore open(StoreSettings settings) throws IOException;
    }

    /** Starts the vault with the caller's blob store. */
    public static VaultServer start(VaultConfig config, Clock clock, Consumer<Exchange> finished, Blobs opener)
            throws IOException {
        VaultServer server = new VaultServer(config, clock, finished, opener);
        Announcement.print(config, server.ports());
        return server;
    }

    public static List<Backend> backends(VaultConfig config, Clock clock) {
        return config.backends().stream().map(backend -> backend.open(clock)).toList();
    }

    public int port() {
        return clients.port();
    }

    private Announcement.Ports ports() {
        Map<String, Integer> ofBackends = new LinkedHashMap<>();
        ownListeners.forEach((backend, listener) -> ofBackends.put(backend, listener.port()));
        return new Announcement.Ports(port(), adminPort(), metricsPort(), ofBackends);
    }

    /** The port of the listener that a backend has for itself, if it has one. */
    public Optional<Integer> port(String backend) {
        return Optional.ofNullable(ownListeners.get(backend)).map(HttpServer::port);
    }

    public int adminPort() {
        return admin.port();
    }

    /** The port of the separate listener for metrics, if configured. */
    public Optional<Integer> metricsPort() {
        return metricsListener.map(HttpServer::port);
    }

    private Readiness readiness() {
        return draining
                ? new Readiness.Draining()
                : vault.trouble().<Readiness>map(Readiness.Degraded::new).orElseGet(Readiness.Ready::new);
    }

    /** Fills in progress or waiting. */
    public int openFills() {
        return vault.openFills();
    }

    /** Stops accepting and lets responses in progress finish, for at most {@code drain_timeout}. */
    public void drain() {
        // Readiness changes before the listener closes, so that a load balancer detects this through /readyz and not
        // through refused connections.
        draining = true;
        Duration most = config.server().drainTimeout();
        List<HttpServer> all = Stream.concat(Stream.of(clients), ownListeners.values().stream())
                .toList();
        log.info("Draining {} responses in progress, for at most {} s", open(all), most.toSeconds());
        CompletableFuture<?>[] drained = all.stream()
                .map(listener -> listener.drain().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        if (!Listeners.within(most, CompletableFuture.allOf(drained))) {
            log.warn("Closing {} connections whose responses did not finish in time", open(all));
        }
    }

    private static int open(List<HttpServer> listeners) {
        return listeners.stream().mapToInt(HttpServer::open).sum();
    }

    @Override
    public void close() {
        parts.close();
    }
}
