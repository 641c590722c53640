package io.artifactvault.origin.address;

import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.RequestContext;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Resolves names on a few platform threads: the system's resolver blocks in native code, where a virtual thread would
 * pin one of the few carriers that all tasks share. Concurrent lookups of the same name share one resolution. A caller
 * that waits can be cancelled. Thread-safe.
 */
public final class SharedResolver implements HostResolver {
    private static final int THREADS = 16;
    private static final long REST_SECONDS = 10;

    private final HostResolver system;
    private final Map<String, CompletableFuture<List<InetAddress>>> lookups = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            REST_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("resolver-", 1).daemon().factory());

    public SharedResolver(HostResolver system) {
        this.system = system;
        threads.allowCoreThreadTimeOut(true);
    }

    /** A resolver that uses the system's. */
    public static HostResolver system() {
        return new SharedResolver(host -> List.of(InetAddress.getAllByName(host)));
    }

    @Override
    public List<InetAddress> resolve(String host) throws UnknownHostException {
        // A copy, so that its cancellation ends this wait but not the others.
        CompletableFuture<List<InetAddress>> answer = lookup(host).copy();
        Cancellation cancellation = RequestContext.current().cancellation();
        try (Cancellation.Registration _ = cancellation.onCancel(() -> answer.complete(List.of()))) {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown(host, e);
        } catch (ExecutionException e) {
            throw unknown(host, e);
        }
    }

    private CompletableFuture<List<InetAddress>> lookup(String host) {
        CompletableFuture<List<InetAddress>> mine = new CompletableFuture<>();
        CompletableFuture<List<InetAddress>> running = lookups.putIfAbsent(host, mine);
        if (running != null) {
            return running;
        }
        threads.execute(() -> {
            try {
                mine.complete(system.resolve(host));
            } catch (UnknownHostException e) {
                mine.completeExceptionally(new UncheckedIOException(e));
            } catch (RuntimeException e) {
                mine.completeExceptionally(e);
            } finally {
                lookups.remove(host, mine);
            }
        });
        return mine;
    }

    private static UnknownHostException unknown(String host, Exception cause) {
        UnknownHostException unknown = new UnknownHostException(host);
        unknown.initCause(cause);
        return unknown;
    }
}
