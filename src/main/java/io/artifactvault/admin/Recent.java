package io.artifactvault.admin;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is expensive to compute, and is therefore computed at most once a second for all callers, by one thread
 * at a time. Guarded by this; only the computing thread waits.
 */
final class Recent<T> {
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final Executor thread;
    private final Supplier<T> find;
    private @Nullable CompletableFuture<T> latest;
    private long begunAt;

    /** The value is computed for the first time on the first call. */
    Recent(String name, Supplier<T> find) {
        this.thread = task -> Thread.ofPlatform().name(name).daemon().start(task);
        this.find = find;
    }

    synchronized CompletionStage<T> value() {
        CompletableFuture<T> found = latest;
        if (found == null || isOld(found)) {
            begunAt = System.nanoTime();
            found = CompletableFuture.supplyAsync(find, thread);
            latest = found;
        }
        return found;
    }

    private boolean isOld(CompletableFuture<T> found) {
        return found.isDone() && System.nanoTime() - begunAt > FRESH.toNanos();
    }
}
