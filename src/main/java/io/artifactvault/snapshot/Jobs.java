package io.artifactvault.snapshot;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running, waiting and recently finished jobs, and the threads that carry them out. Their number is limited.
 * Thread-safe.
 */
final class Jobs implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Jobs.class);
    private static final int AT_ONCE = 2;
    private static final int MOST_WAITING = 1000;
    private static final int MOST_KEPT = 2000;
    private static final long REST_SECONDS = 10;

    private final Clock clock;
    private final Map<String, Job> jobs = new LinkedHashMap<>(); // guarded by this
    private final ThreadPoolExecutor threads;

    Jobs(Clock clock) {
        this.clock = clock;
        this.threads = new ThreadPoolExecutor(
                AT_ONCE,
                AT_ONCE,
                REST_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MOST_WAITING),
                Thread.ofPlatform().name("snapshot-job-", 1).daemon().factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** @throws RejectedExecutionException if too many jobs are waiting already */
    Job start(JobRequest request, Function<Job, SnapshotTask> work) {
        Job job = new Job(newId(), request, clock.instant());
        keep(job);
        threads.execute(() -> run(job, request, work));
        return job;
    }

    private static String newId() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    private synchronized void keep(Job job) {
        if (jobs.size() >= MOST_KEPT) {
            jobs.values().stream()
                    .filter(one -> one.state().isOver())
                    .map(Job::id)
                    .findFirst()
                    .ifPresent(jobs::remove);
        }
        jobs.put(job.id(), job);
    }

    private void run(Job job, JobRequest request, Function<Job, SnapshotTask> work) {
        if (!job.begin(Thread.currentThread())) {
            return;
        }
        try {
            String done = work.apply(job).run();
            end(job, request, Job.State.DONE, done);
        } catch (SnapshotException e) {
            end(job, request, Job.State.FAILED, e.sentence());
        } catch (IOException e) {
            end(job, request, Job.State.FAILED, "Could not read the store: " + e.getMessage() + ".");
        } catch (InterruptedException e) {
            end(job, request, Job.State.CANCELLED, "The vault is shutting down.");
        } catch (RuntimeException e) {
            log.error("A job failed", e);
            end(job, request, Job.State.FAILED, "The vault failed; its log contains the reason.");
        }
    }

    private void end(Job job, JobRequest request, Job.State state, String sentence) {
        job.end(state, sentence, clock.instant());
        log.info("{} {}: {}", request.kind(), request.snapshot(), job.json().get("message"));
    }

    synchronized Optional<Job> find(String id) {
        return Optional.ofNullable(jobs.get(id));
    }

    /** All jobs, the newest first. */
    synchronized List<Job> all() {
        return new ArrayList<>(jobs.values()).reversed();
    }

    boolean cancel(Job job) {
        return job.cancel(clock.instant());
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(REST_SECONDS, TimeUnit.SECONDS)) {
                log.warn("A job did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
