package io.artifactvault.cache.work;

import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.CacheStatus.Forward;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** The threads on which requests read the disk. Thread-safe. */
public final class LookupThreads implements AutoCloseable {
    private static final int THREADS = 8;

    private final ExecutorService threads = Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().name("lookup-", 1).daemon().factory());

    public void run(CacheRequest<?> request, Runnable step) {
        try {
            threads.execute(() -> Replies.guarded(request, step));
        } catch (RejectedExecutionException e) {
            Replies.fail(request, 503, "The vault is shutting down.", CacheStatus.forwarded(Forward.MISS));
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
