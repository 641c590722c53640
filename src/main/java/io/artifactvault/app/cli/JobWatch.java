package io.artifactvault.app.cli;

import io.artifactvault.config.ConfigException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/**
 * Starts jobs and waits for one after the other, with a progress bar on a terminal. When the command is stopped before
 * they finish, they are cancelled. Confined to the command's thread, except for the cancellation.
 */
final class JobWatch implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final List<Object> OVER = List.of("done", "failed", "cancelled");

    private final AdminClient client;
    private final boolean bars;
    private final Queue<String> waiting = new ArrayDeque<>();
    private final Deque<String> open = new ConcurrentLinkedDeque<>();
    private final Thread hook = new Thread(this::cancelOpen, "cancel-jobs");

    /** The last argument tells whether progress bars may be shown. */
    JobWatch(AdminClient client, boolean bars) {
        this.client = client;
        this.bars = bars && Terminal.isThere();
        Runtime.getRuntime().addShutdownHook(hook);
    }

    void order(String route, Map<String, Object> order) throws ConfigException, IOException, InterruptedException {
        String id = String.valueOf(client.post("/admin/" + route, order).get("id"));
        open.add(id);
        waiting.add(id);
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Waits for the next job to finish, and returns it. */
    Map<String, Object> next() throws ConfigException, IOException, InterruptedException {
        String id = waiting.remove();
        Map<String, Object> job = bars ? watched(id) : awaited(id);
        open.remove(id);
        return job;
    }

    private Map<String, Object> awaited(String id) throws ConfigException, IOException, InterruptedException {
        Map<String, Object> job = client.get("/admin/jobs/" + id);
        while (!isOver(job)) {
            Thread.sleep(PAUSE);
            job = client.get("/admin/jobs/" + id);
        }
        return job;
    }

    private Map<String, Object> watched(String id) throws ConfigException, IOException, InterruptedException {
        Map<String, Object> job = client.get("/admin/jobs/" + id);
        try (ProgressBar bar = new ProgressBarBuilder()
                .setTaskName(String.valueOf(job.get("repository")))
                .setInitialMax(JobText.number(job, "chosen", "bytes"))
                .setUnit(" MiB", 1 << 20)
                .showSpeed()
                .build()) {
            while (!isOver(job)) {
                show(bar, job);
                Thread.sleep(PAUSE);
                job = client.get("/admin/jobs/" + id);
            }
            show(bar, job);
        }
        return job;
    }

    private static void show(ProgressBar bar, Map<String, Object> job) {
        bar.maxHint(JobText.number(job, "chosen", "bytes"));
        if (job.get("bytes_ready") instanceof Long ready) {
            bar.stepTo(ready);
        }
    }

    private static boolean isOver(Map<String, Object> job) {
        return OVER.contains(job.getOrDefault("state", ""));
    }

    private void cancelOpen() {
        for (String id : open) {
            try {
                client.delete("/admin/jobs/" + id);
            } catch (ConfigException | IOException e) {
                // The vault has stopped, or the job had finished.
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Cancels jobs that are still open. */
    @Override
    public void close() {
        cancelOpen();
        open.clear();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The shutdown is already in progress.
        }
    }
}
