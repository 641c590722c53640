package io.artifactvault.testhub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 server that does as it is told and records what it was asked. One virtual thread per connection; everything
 * public is safe for any thread. It can be stopped and started again on the same port, as a server that goes down and comes
 * back.
 */
public final class ScriptedOrigin implements AutoCloseable {
    private static final int SEND_BUFFER = 128 * 1024; // bounds what counts as sent but was never received
    private static final int BACKLOG = 512;

    private final String name;
    private final String host;
    private final @Nullable SSLContext tls;
    private final AtomicInteger connectionNumbers = new AtomicInteger();
    private final Set<OriginConnection> connections = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<OriginRequest> requests = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile OriginHandler handler;
    private volatile int port;
    private @Nullable ServerSocket listener; // guarded by this

    private ScriptedOrigin(String name, String host, int port, @Nullable SSLContext tls, OriginHandler handler) {
        this.name = name;
        this.host = host;
        this.port = port;
        this.tls = tls;
        this.handler = handler;
    }

    /** An origin on a free port of a loopback address. */
    public static ScriptedOrigin open(String host, OriginHandler handler) {
        return open("origin", host, 0, handler);
    }

    /** An origin with a name for its records, on a given port, or on any if it is 0. */
    public static ScriptedOrigin open(String name, String host, int port, OriginHandler handler) {
        return new ScriptedOrigin(name, host, port, null, handler).start();
    }

    /** An origin that speaks TLS. */
    public static ScriptedOrigin openTls(String host, int port, SSLContext tls, OriginHandler handler) {
        return new ScriptedOrigin("origin", host, port, tls, handler).start();
    }

    /** Listens again, on the same port as before. */
    public synchronized ScriptedOrigin start() {
        if (listener != null) {
            return this;
        }
        try {
            ServerSocket server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getByName(host), port), BACKLOG);
            port = server.getLocalPort();
            listener = server;
            Thread.ofVirtual().name(name + "-accept").start(() -> accept(server));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException("Could not listen on " + host + ":" + port, e);
        }
    }

    /** Stops listening, ends all connections and all waits of handlers. */
    public synchronized void stop() {
        if (listener == null) {
            return;
        }
        try {
            listener.close();
        } catch (IOException e) {
            noteEnd(e);
        }
        listener = null;
        closeConnections();
    }

    /** Ends all connections, open or idle, and keeps listening. */
    public void closeConnections() {
        connections.forEach(OriginConnection::abandon);
    }

    @Override
    public void close() {
        stop();
    }

    /** Replaces the script for requests from now on. */
    public void handler(OriginHandler next) {
        this.handler = next;
    }

    public String name() {
        return name;
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    /** The address without a path: {@code http://127.0.0.1:1234}. */
    public String base() {
        return (tls == null ? "http://" : "https://") + host + ":" + port;
    }

    /** The base with a raw path and query. */
    public URI uri(String target) {
        return URI.create(base() + target);
    }

    /** All requests since the start or the last reset, in the order of arrival. */
    public List<OriginRequest> requests() {
        return List.copyOf(requests);
    }

    /** The requests that fit. */
    public List<OriginRequest> requests(Predicate<OriginRequest> fits) {
        return requests.stream().filter(fits).toList();
    }

    /** Body bytes sent in answer to all recorded requests. */
    public long bodyBytesSent() {
        return requests.stream().mapToLong(OriginRequest::bodyBytesSent).sum();
    }

    /** Body bytes sent that are content of files. */
    public long contentBytesSent() {
        return requests.stream().mapToLong(OriginRequest::contentBytesSent).sum();
    }

    /** What went wrong in handlers; a good test finds it empty. */
    public List<String> failures() {
        return new ArrayList<>(failures);
    }

    /** Connections that are open now. */
    public int openConnections() {
        return connections.size();
    }

    /** Forgets all recorded requests and failures. */
    public void reset() {
        requests.clear();
        failures.clear();
    }

    OriginHandler handler() {
        return handler;
    }

    void record(OriginRequest request) {
        requests.add(request);
    }

    void noteFailure(OriginRequest request, RuntimeException failure) {
        failures.add(request + ": " + failure + " at "
                + List.of(failure.getStackTrace()).stream().limit(3).toList());
    }

    /** A place for a breakpoint: connections that end early are part of the game. */
    void noteEnd(IOException end) {
        if (Boolean.getBoolean("testhub.trace")) {
            System.err.println(name + ": " + end.getMessage());
        }
    }

    void forget(OriginConnection connection) {
        connections.remove(connection);
    }

    private void accept(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                welcome(server.accept(), server);
            } catch (IOException e) {
                noteEnd(e);
            }
        }
    }

    private void welcome(Socket socket, ServerSocket server) throws IOException {
        socket.setSendBufferSize(SEND_BUFFER);
        OriginConnection connection = new OriginConnection(this, connectionNumbers.incrementAndGet(), socket, tls);
        connections.add(connection);
        Thread.ofVirtual().name(name + "-connection").start(connection);
        if (server.isClosed()) {
            connection.abandon();
        }
    }
}
