package io.artifactvault.app;

import io.artifactvault.admin.AdminSettings;
import io.artifactvault.backend.BackendSettings;
import io.artifactvault.backend.BackendSettings.ListenAddress;
import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.config.VaultConfig;
import io.artifactvault.server.ConnectionSettings;
import io.artifactvault.server.Exchange;
import io.artifactvault.server.HttpServer;
import io.artifactvault.server.ListenFailure;
import io.artifactvault.server.Responder;
import io.artifactvault.server.ServerSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the vault's listeners: for clients, for operators, and for metrics alone if configured. Used by the composition
 * root, on one thread, which may block.
 */
final class Listeners {
    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

    /** The number of connections reserved for the admin port, which clients cannot use up. */
    private static final int MOST_OPERATORS = 64;

    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

    private final VaultConfig config;
    private final Capacity capacity;
    private final MemoryBudget memory;
    private final EventLoops loops;
    private final OpenParts parts;

    Listeners(VaultConfig config, Capacity capacity, MemoryBudget memory, EventLoops loops, OpenParts parts) {
        this.config = config;
        this.capacity = capacity;
        this.memory = memory;
        this.loops = loops;
        this.parts = parts;
    }

    /** @param finished called for each exchange, on event loops */
    HttpServer clients(Responder responder, Consumer<Exchange> finished) throws IOException {
        ServerSettings server = config.server();
        return clients(
                failure -> failure.in("server"), server.host(), server.port(), server.publicUrl(), responder, finished);
    }

    /** The listener of one backend. */
    HttpServer clients(BackendSettings backend, ListenAddress address, Responder responder, Consumer<Exchange> finished)
            throws IOException {
        String host = address.host().orElse(config.server().host());
        return clients(
                failure -> failure.ofBackend(backend.name()),
                host,
                address.port(),
                Optional.empty(),
                responder,
                finished);
    }

    /** The listeners of clients share the connections that the process can have. */
    private HttpServer clients(
            UnaryOperator<ListenFailure> named,
            String host,
            int port,
            Optional<String> publicUrl,
            Responder responder,
            Consumer<Exchange> finished)
            throws IOException {
        ServerSettings server = config.server();
        int listeners = 1
                + (int) config.backends().stream()
                        .filter(backend -> backend.settings().listen().isPresent())
                        .count();
        ServerSettings limited = new ServerSettings(
                host,
                port,
                publicUrl,
                server.idleTimeout(),
                server.drainTimeout(),
                server.maxRequestHead(),
                server.connections().withMaxConnections(Math.max(1, capacity.connections() / listeners)));
        return listen(named, limited, responder, finished);
    }

    HttpServer operators(Responder responder) throws IOException {
        return listenForOperators("admin", config.admin().host(), config.admin().port(), responder);
    }

    /** The separate listener for metrics, if configured. */
    Optional<HttpServer> metrics(Responder responder) throws IOException {
        Optional<AdminSettings.Listener> own = config.admin().metrics();
        return own.isEmpty()
                ? Optional.empty()
                : Optional.of(listenForOperators(
                        "metrics", own.get().host(), own.get().port(), responder));
    }

    private HttpServer listenForOperators(String section, String host, int port, Responder responder)
            throws IOException {
        ServerSettings server = config.server();
        ServerSettings settings = new ServerSettings(
                host,
                port,
                Optional.empty(),
                server.idleTimeout(),
                server.drainTimeout(),
                server.maxRequestHead(),
                ConnectionSettings.defaults().withMaxConnections(MOST_OPERATORS));
        return listen(failure -> failure.in(section), settings, responder, _ -> {});
    }

    private HttpServer listen(
            UnaryOperator<ListenFailure> named,
            ServerSettings settings,
            Responder responder,
            Consumer<Exchange> finished)
            throws IOException {
        try {
            HttpServer server = HttpServer.open(
                            settings, memory, responder, finished, loops.group(), loops.listenerType())
                    .toCompletableFuture()
                    .join();
            parts.add("listener", () -> within(LONGEST_CLOSE, server.close()));
            return server;
        } catch (CompletionException e) {
            if (e.getCause() instanceof ListenFailure cause) {
                throw named.apply(cause);
            }
            throw e;
        }
    }

    /** Waits until a listener has drained or closed; false if it has not after that time. */
    static boolean within(Duration most, CompletionStage<Void> stage) {
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
}
