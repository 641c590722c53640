package io.artifactvault.app;

import io.artifactvault.admin.AdminApi;
import io.artifactvault.admin.AdminResponder;
import io.artifactvault.admin.AdminSettings;
import io.artifactvault.admin.Diary;
import io.artifactvault.admin.Metrics;
import io.artifactvault.admin.StatusPage;
import io.artifactvault.backend.Backend;
import io.artifactvault.backend.BackendSettings;
import io.artifactvault.cache.Vault;
import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.cache.request.Wholeness;
import io.artifactvault.config.VaultConfig;
import io.artifactvault.http.LoopMark;
import io.artifactvault.http.LoopbackName;
import io.artifactvault.http.OriginId;
import io.artifactvault.origin.OfflineOrigin;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.policy.BackendLimits;
import io.artifactvault.origin.policy.MarkingOrigin;
import io.artifactvault.origin.policy.OriginStack;
import io.artifactvault.origin.wire.NettyOrigin;
import io.artifactvault.server.AccessLog;
import io.artifactvault.server.ConnectionSettings;
import io.artifactvault.server.Exchange;
import io.artifactvault.server.HttpServer;
import io.artifactvault.server.ListenFailure;
import io.artifactvault.server.Readiness;
import io.artifactvault.server.Responder;
import io.artifactvault.server.Router;
import io.artifactvault.server.ServerSettings;
import io.artifactvault.snapshot.SnapshotDesk;
import io.artifactvault.snapshot.SnapshotGate;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.blob.FileBlobStore;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.disk.VaultLock;
import io.artifactvault.store.index.Pins;
import io.artifactvault.store.sqlite.SqliteEntryIndex;
import io.artifactvault.store.upkeep.FolderWatch;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root: creates the objects in the order of their packages, and closes them in the reverse order. Used
 * on one thread, which may block.
 */
public final class VaultServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(VaultServer.class);

    /** A resource that may fail to close, and its name. */
    private record Part(String name, AutoCloseable object) {}

    /** The number of connections reserved for the admin port, which clients cannot use up. */
    private static final int MOST_OPERATORS = 64;

    private final VaultConfig config;
    private final Deque<Part> parts = new ArrayDeque<>();
    private final Origin origin;
    private final Vault vault;
    private final HttpServer clients;
    private final HttpServer admin;
    private final Optional<HttpServer> metricsListener;
    private volatile boolean draining;

    private VaultServer(VaultConfig config, Clock clock, Consumer<Exchange> finished, Blobs opener) throws IOException {
        this.config = config;
        try {
            VaultLock lock = part("folder lock", VaultLock.take(config.store().dir()));
            FileBlobStore blobs = part("blob store", opener.open(config.store()));
            SqliteEntryIndex index = part("index", SqliteEntryIndex.open(config.store(), clock));
            StoreMaintenance upkeep = part("upkeep", StoreMaintenance.start(config.store(), blobs, index, clock));
            upkeep.watch(new FolderWatch(config.store(), lock, blobs, index));
            EventLoops loops = part(
                    "event loops",
                    EventLoops.start(new VaultLayout(config.store().dir()).nativeLibraries()));
            Metrics metrics = new Metrics();
            Capacity capacity = Capacity.of(config);
            MemoryBudget memory = new MemoryBudget(capacity.bufferedBytes(), capacity.bufferedShare());
            Origin wire = config.cache().offline()
                    ? new OfflineOrigin()
                    : new NettyOrigin(config.origin(), loops.group(), loops.socketType());
            LoopMark mark = LoopMark.drawn(new SecureRandom());
            OriginStack careful = OriginStack.over(
                    new CountingOrigin(new MarkingOrigin(wire, mark), homes(config), metrics),
                    config.origin(),
                    limits(config),
                    clock);
            this.origin = careful;
            List<Backend> backends = backends(config, clock);
            Wholeness wholeness = new SnapshotGate(backends, index, blobs, index.ledger());
            this.vault = part(
                    "vault",
                    new Vault(
                            config.cache(),
                            config.store(),
                            index,
                            blobs,
                            origin,
                            upkeep,
                            wholeness,
                            memory,
                            clock,
                            backends.size()));
            SnapshotDesk desk = part(
                    "snapshot desk",
                    new SnapshotDesk(
                            backends,
                            vault,
                            new SnapshotDesk.Parts(index, blobs, index.pins(), index.ledger(), clock)));
            Diary diary = new Diary(memory);
            StatusPage status = new StatusPage(
                    Front.mounts(config), clock.instant(), () -> vault.trouble().isPresent(), metrics);
            this.clients = listen(
                    "server",
                    within(config.server(), capacity),
                    memory,
                    new Router(backends, vault, status, mark),
                    finished.andThen(diary).andThen(metrics),
                    loops);
            Gauges.show(metrics, careful);
            Gauges.hedges(metrics, careful.hedges());
            Gauges.work(metrics, vault);
            Gauges.show(metrics, upkeep, index.ledger(), config.store());
            Gauges.show(metrics, blobs, index, upkeep);
            metrics.gauge(
                            "vault.fills.open",
                            "Tasks towards upstream or the disk in progress or waiting",
                            vault,
                            Vault::openFills)
                    .gauge("vault.clients.open", "Responses in progress", clients, HttpServer::open)
                    .gauge("vault.pinned.contents", "Pinned contents", index.pins(), Pins::size);
            Gauges.show(metrics, clients);
            Gauges.show(metrics, memory, vault);
            AdminResponder operators = part(
                    "admin API",
                    new AdminResponder(
                            config.admin(),
                            this::readiness,
                            new AdminApi(desk, diary, metrics, vault::work),
                            request -> status.respond(request, Front.clientsBase(config, port(), request)),
                            clock));
            this.admin = listen(
                    "admin",
                    operatorSettings(
                            config, config.admin().host(), config.admin().port()),
                    memory,
                    operators,
                    _ -> {},
                    loops);
            Optional<AdminSettings.Listener> own = config.admin().metrics();
            this.metricsListener = own.isEmpty()
                    ? Optional.empty()
                    : Optional.of(listen(
                            "metrics",
                            operatorSettings(config, own.get().host(), own.get().port()),
                            memory,
                            operators.metricsOnly(),
                            _ -> {},
                            loops));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts everything; returns when both ports accept connections. The check whether the Hub accepts the backends'
     * tokens runs in the background.
     *
     * @throws IOException when the folder or a port cannot be used; the message is for the operator
     */
    public static VaultServer start(VaultConfig config) throws IOException {
        VaultServer server = start(config, Clock.systemUTC(), new AccessLog());
        server.part("token check", TokenCheck.start(config, server.origin));
        return server;
    }

    /** The same with the caller's clock and listener. */
    public static VaultServer start(VaultConfig config, Clock clock, Consumer<Exchange> finished) throws IOException {
        return start(config, clock, finished, FileBlobStore::open);
    }

    /** Opens the blob store; tests put a faulty disk under it. */
    @FunctionalInterface
    public interface Blobs {
        FileBlobStore open(StoreSettings settings) throws IOException;
    }

    /** The same with the caller's blob store. */
    public static VaultServer start(VaultConfig config, Clock clock, Consumer<Exchange> finished, Blobs opener)
            throws IOException {
        VaultServer server = new VaultServer(config, clock, finished, opener);
        server.announce();
        return server;
    }

    public int port() {
        return clients.port();
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
        // Before the listener closes, so that a load balancer detects it through /readyz and not through refused
        // connections.
        draining = true;
        Duration most = config.server().drainTimeout();
        log.info("Draining {} responses in progress, for at most {} s", clients.open(), most.toSeconds());
        if (!within(most, clients.drain())) {
            log.warn("Closing {} connections whose responses did not finish in time", clients.open());
        }
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            try {
                part.object().close();
            } catch (Exception e) {
                log.warn("Could not close the {}: {}", part.name(), e.toString());
            }
        }
    }

    private <T extends AutoCloseable> T part(String name, T object) {
        parts.push(new Part(name, object));
        return object;
    }

    private HttpServer listen(
            String section,
            ServerSettings settings,
            MemoryBudget memory,
            Responder responder,
            Consumer<Exchange> finished,
            EventLoops loops)
            throws IOException {
        try {
            HttpServer server = HttpServer.open(
                            settings, memory, responder, finished, loops.group(), loops.listenerType())
                    .toCompletableFuture()
                    .join();
            part("listener", () -> within(Duration.ofSeconds(5), server.close()));
            return server;
        } catch (CompletionException e) {
            if (e.getCause() instanceof ListenFailure cause) {
                throw cause.in(section);
            }
            throw e;
        }
    }

    private static boolean within(Duration most, CompletionStage<Void> stage) {
        try {
            stage.toCompletableFuture().get(most.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            log.warn("A listener did not close properly", e);
            return false;
        }
    }

    public static List<Backend> backends(VaultConfig config, Clock clock) {
        return config.backends().stream().map(settings -> settings.open(clock)).toList();
    }

    private static Map<String, BackendLimits> limits(VaultConfig config) {
        return config.backends().stream().collect(Collectors.toMap(BackendSettings::name, VaultServer::limits));
    }

    private static BackendLimits limits(BackendSettings backend) {
        return new BackendLimits(
                backend.source().maxConnections(), backend.source().maxBandwidth(), backend.timeout());
    }

    /** The origins of the backends themselves; all others are targets of their redirects. */
    private static Set<OriginId> homes(VaultConfig config) {
        return config.backends().stream()
                .flatMap(backend -> backend.upstreams().values().stream())
                .map(OriginId::of)
                .collect(Collectors.toSet());
    }

    private static ServerSettings within(ServerSettings server, Capacity capacity) {
        return new ServerSettings(
                server.host(),
                server.port(),
                server.publicUrl(),
                server.idleTimeout(),
                server.drainTimeout(),
                server.maxRequestHead(),
                server.connections().withMaxConnections(capacity.connections()));
    }

    private static ServerSettings operatorSettings(VaultConfig config, String host, int port) {
        ServerSettings server = config.server();
        return new ServerSettings(
                host,
                port,
                Optional.empty(),
                server.idleTimeout(),
                server.drainTimeout(),
                server.maxRequestHead(),
                ConnectionSettings.defaults().withMaxConnections(MOST_OPERATORS));
    }

    private void announce() {
        config.backends().forEach(backend -> {
            log.info("Mounted {} at {} for {}", backend.name(), backend.prefix(), backend.baseUrl());
            if (backend.lendsItsToken() && !isLoopback(config.server().host())) {
                log.warn(
                        "Every client that reaches {}:{} may read everything that the token of backend {} may read"
                                + " (token_for_anonymous); bind to loopback, or turn it off if you do not intend this",
                        config.server().host(),
                        port(),
                        backend.name());
            }
        });
        log.info(
                "Artifact Vault listens on {}:{}, admin on {}:{}, cache in {}",
                config.server().host(),
                port(),
                config.admin().host(),
                adminPort(),
                config.store().dir().toAbsolutePath().normalize());
        config.admin()
                .metrics()
                .ifPresent(listener -> log.info(
                        "Metrics on {}:{}", listener.host(), metricsPort().orElseThrow()));
    }

    private static boolean isLoopback(String host) {
        return LoopbackName.is(host);
    }
}
