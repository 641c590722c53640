package io.artifactvault.cache.work;

import io.artifactvault.cache.request.Congestion;
import io.artifactvault.cache.request.FillSettings;
import io.artifactvault.origin.policy.FairPermits;
import io.artifactvault.origin.policy.FairPermits.Limits;
import io.artifactvault.origin.policy.FairPermits.Permit;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks, each on its own virtual thread, so that a waiting task occupies one object and no shared resource. The
 * number of tasks is limited in total, by client and by backend. Thread-safe; starting a task never blocks.
 */
public final class Tasks implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Tasks.class);
    private static final Duration LONGEST_END = Duration.ofSeconds(10);

    private final FairPermits questions;
    private final FairPermits background;
    private final Set<Task> open = ConcurrentHashMap.newKeySet();
    private final Congestion congestion = new Congestion();
    private final AtomicLong refused = new AtomicLong();
    private volatile boolean closed;

    /** @param backends the number of backends that share the limits */
    Tasks(FillSettings settings, int backends) {
        this.questions =
                new FairPermits(new Limits(settings.maxQuestions(), settings.maxQuestionsPerClient(), 0, backends));
        this.background = new FairPermits(new Limits(settings.maxBackground(), 0, 0, backends));
    }

    /**
     * Starts a task that a client waits for.
     *
     * @throws RejectedExecutionException if that client, or all clients together, have reached the limit
     */
    public void start(Task task, Runnable work) {
        Optional<Permit> permit = questions.tryTake(task.holder());
        if (permit.isEmpty()) {
            refused.incrementAndGet();
            congestion.report("The limit of concurrent requests to upstream (max_questions) is reached", questions);
        }
        start(task, work, permit);
    }

    /**
     * Starts a task that no client waits for.
     *
     * @throws RejectedExecutionException if the limit of such tasks is reached
     */
    public void startInBackground(Task task, Runnable work) {
        start(task, work, background.tryTake(task.holder()));
    }

    /** Starts a task whose limit is enforced elsewhere. */
    public void startUnbounded(Task task, Runnable work) {
        begin(task, work, () -> {});
    }

    private void start(Task task, Runnable work, Optional<Permit> permit) {
        if (permit.isEmpty()) {
            throw new RejectedExecutionException("the limit of concurrent tasks is reached");
        }
        try {
            begin(task, work, permit.get()::close);
        } catch (RejectedExecutionException e) {
            permit.get().close();
            throw e;
        }
    }

    private void begin(Task task, Runnable work, Runnable ended) {
        open.add(task);
        if (closed) {
            open.remove(task);
            throw new RejectedExecutionException("the vault is shutting down");
        }
        Thread.ofVirtual().name("task").start(() -> {
            try {
                task.run(work);
            } catch (RejectedExecutionException e) {
                log.debug("Could not start a task: {}", e.toString());
            } catch (RuntimeException | Error e) {
                log.error("A task failed", e);
            } finally {
                task.interest().over();
                ended.run();
                open.remove(task);
            }
        });
    }

    /** Tasks in progress; 0 when idle. */
    int open() {
        return open.size();
    }

    /** Requests to upstream in progress that clients wait for. */
    int questions() {
        return questions.held();
    }

    /** The number of tasks refused since startup. */
    long refused() {
        return refused.get();
    }

    /** Accepts no more tasks, ends the waits of those in progress, and waits until they have ended. */
    @Override
    public void close() {
        closed = true;
        long deadline = System.nanoTime() + LONGEST_END.toNanos();
        while (!open.isEmpty() && System.nanoTime() - deadline < 0) {
            open.forEach(task -> task.interest().cancellation().shutDown());
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
