package io.artifactvault.snapshot;

import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.SnapshotName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** One job and its progress. Written by the threads that carry it out, read by any thread. Guarded by this. */
public final class Job {
    private static final int MOST_TROUBLES = 100;

    /** The state of the job. */
    public enum State {
        WAITING,
        RUNNING,
        DONE,
        FAILED,
        CANCELLED;

        public boolean isOver() {
            return compareTo(DONE) >= 0;
        }
    }

    /** A problem with one file. */
    private record Trouble(String path, String reason) {}

    /** A number of files, and their bytes. */
    private static final class Count {
        private long files;
        private long bytes;

        void add(SnapshotFile file) {
            files++;
            bytes += file.length();
        }

        Map<String, Object> json() {
            return Json.of("files", files, "bytes", bytes);
        }
    }

    private final String id;
    private final String kind;
    private final String backend;
    private final boolean dryRun;
    private final SnapshotName asked;
    private final Instant created;
    private final AtomicLong moved = new AtomicLong();
    private final Count chosen = new Count();
    private final Count held = new Count();
    private final Count fetched = new Count();
    private final List<Trouble> troubles = new ArrayList<>();
    private Optional<String> commit = Optional.empty();
    private State state = State.WAITING;
    private String message = "";
    private long troubled;
    private Optional<Thread> worker = Optional.empty();
    private Optional<Instant> ended = Optional.empty();

    Job(String id, JobRequest request, Instant created) {
        this.id = id;
        this.kind = request.kind().name().toLowerCase(Locale.ROOT);
        this.backend = request.backend();
        this.dryRun = request.dryRun();
        this.asked = request.snapshot();
        this.created = created;
    }

    public String id() {
        return id;
    }

    public synchronized State state() {
        return state;
    }

    /** Starts the job; false if it was cancelled before. */
    synchronized boolean begin(Thread by) {
        if (state != State.WAITING) {
            return false;
        }
        state = State.RUNNING;
        worker = Optional.of(by);
        return true;
    }

    synchronized void end(State last, String sentence, Instant now) {
        if (!state.isOver()) {
            state = last;
            message = sentence;
            ended = Optional.of(now);
        }
        worker = Optional.empty();
    }

    /** Cancels the job; files that are complete are kept. Returns false if the job was already over. */
    synchronized boolean cancel(Instant now) {
        if (state.isOver()) {
            return false;
        }
        state = State.CANCELLED;
        message = "Cancelled; complete files stay stored.";
        ended = Optional.of(now);
        worker.ifPresent(Thread::interrupt);
        return true;
    }

    synchronized void means(String sha) {
        commit = Optional.of(sha);
    }

    synchronized void chose(SnapshotFile file) {
        chosen.add(file);
    }

    synchronized void found(SnapshotFile file) {
        held.add(file);
        moved.addAndGet(file.length());
    }

    synchronized void fetched(SnapshotFile file) {
        fetched.add(file);
    }

    /** Counts bytes that arrived or were already stored. */
    void moved(long bytes) {
        moved.addAndGet(bytes);
    }

    synchronized void trouble(String path, String reason) {
        troubled++;
        if (troubles.size() < MOST_TROUBLES) {
            troubles.add(new Trouble(path, reason));
        }
    }

    synchronized long troubled() {
        return troubled;
    }

    synchronized long missing() {
        return chosen.files - held.files - fetched.files;
    }

    /** The job as the admin API shows it. */
    public synchronized Map<String, Object> json() {
        Map<String, Object> json = Json.of(
                "id",
                id,
                "kind",
                kind,
                "backend",
                backend,
                "repository",
                asked.place(),
                "revision",
                asked.revision(),
                "commit",
                commit,
                "dry_run",
                dryRun,
                "state",
                state.name().toLowerCase(Locale.ROOT),
                "message",
                message,
                "chosen",
                chosen.json(),
                "held",
                held.json(),
                "fetched",
                fetched.json(),
                "bytes_ready",
                Math.min(moved.get(), chosen.bytes),
                "troubles",
                troubled);
        json.put(
                "trouble",
                troubles.stream()
                        .map(one -> Json.of("path", one.path, "reason", one.reason))
                        .toList());
        json.put("created", created);
        ended.ifPresent(instant -> json.put("ended", instant));
        return json;
    }
}
