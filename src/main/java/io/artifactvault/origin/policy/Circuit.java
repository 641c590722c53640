package io.artifactvault.origin.policy;

import io.artifactvault.origin.BreakerSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether requests are sent to one origin. Guarded by this.
 *
 * <p>Phases: <em>closed</em>, requests pass; <em>doubted</em>, requests pass, and the vault probes the origin to find
 * out whether it fails; <em>open and watched</em>, only the vault's probes contact the origin; <em>open and
 * unwatched</em>, because no client has requested the origin for a long time, or too many origins are watched, one
 * request at a time serves as the probe. Any response closes the circuit.
 *
 * <p>Opens after a number of failures without a response in between. A failure to connect concerns the origin; any
 * other, such as 504 or a timeout, concerns a path, and counts only once several unrelated paths have failed. Because
 * clients choose the paths, it then only raises a doubt: the circuit opens once probes of other paths have also failed.
 * Requests for one path that fail together count once, and so do all the requests of one task.
 */
final class Circuit {
    private static final int MOST_REMEMBERED = 256;
    private static final int MOST_EXAMPLES = 4;
    private static final int LONGEST_EXAMPLE = 1024;

    private final BreakerSettings settings;
    private final Map<Integer, Duration> paths = new Recent<>();
    private final Map<Integer, Boolean> tasks = new Recent<>();
    private final Set<String> subjects = new HashSet<>();
    private final List<String> examples = new ArrayList<>();
    private int ofOrigin;
    private int ofPaths;
    private Duration last = Duration.ZERO;
    private @Nullable Cause first;

    private boolean doubted;
    private boolean open;
    private boolean watched;
    private boolean tried;
    private Duration again = Duration.ZERO;
    private Duration requestedAt = Duration.ZERO;

    /** The most recent values; at the limit the oldest is removed. */
    private static final class Recent<V> extends LinkedHashMap<Integer, V> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, V> eldest) {
            return size() > MOST_REMEMBERED;
        }
    }

    Circuit(BreakerSettings settings) {
        this.settings = settings;
    }

    /**
     * The parts of a request that matter when its failure is counted.
     *
     * @param task the task, whose failures count once
     * @param path the requested path, without its query, which may be a signature
     * @param subject the part of the path by which failures are counted
     * @param began when it was sent
     */
    record Attempt(int task, String path, String subject, Duration began) {}

    /**
     * Why a request failed.
     *
     * @param ofOrigin whether it concerns the origin as a whole
     * @param sentence a clause whose subject is the origin or its connection
     * @param at when
     */
    record Cause(boolean ofOrigin, String sentence, Instant at) {}

    /**
     * Why no requests are sent to the origin.
     *
     * @param cause of the first failure
     * @param again when the next request will be sent to it
     */
    record Refusal(Cause cause, Duration again) {}

    /**
     * Asks to send a request. Returns why it must not be sent, or empty if it may be.
     *
     * @param counts whether the caller reports the outcome, so that its request may serve as a probe
     */
    synchronized Optional<Refusal> enter(Duration now, boolean counts) {
        requestedAt = now;
        Cause cause = first;
        if (!open || cause == null) {
            return Optional.empty();
        }
        if (!watched && !tried && now.compareTo(again) >= 0) {
            tried = counts;
            return Optional.empty();
        }
        Duration left = again.minus(now);
        return Optional.of(new Refusal(cause, left.isNegative() ? Duration.ZERO : left));
    }

    /** Records a failure; true if it opened the circuit. It may have raised a doubt instead. */
    synchronized boolean failed(Attempt attempt, Cause cause, Duration now) {
        tried = false;
        if (open) {
            again = watched ? again : now.plus(settings.pause());
            return false;
        }
        if (now.minus(last).compareTo(settings.window()) > 0) {
            forget();
        }
        if (isCounted(attempt, now)) {
            return false;
        }
        first = first == null ? cause : first;
        last = now;
        if (cause.ofOrigin()) {
            ofOrigin++;
        } else {
            ofPaths++;
            remember(attempt);
        }
        doubted = doubted || speaksOfPaths();
        return ofOrigin >= settings.failures() && open(now);
    }

    private boolean open(Duration now) {
        open = true;
        doubted = false;
        again = now.plus(settings.pause());
        return true;
    }

    private boolean speaksOfPaths() {
        return subjects.size() >= settings.paths() && ofOrigin + ofPaths >= settings.failures();
    }

    /**
     * Records that probes have failed too, and returns the cause for which the circuit is now open; empty when a
     * response arrived in between.
     */
    synchronized Optional<Cause> confirm(Duration now) {
        boolean opens = doubted && open(now);
        return Optional.ofNullable(first).filter(_ -> opens);
    }

    /** Whether probes must find out whether the origin fails. */
    synchronized boolean isDoubted() {
        return doubted;
    }

    private void remember(Attempt attempt) {
        boolean isNew = subjects.size() < MOST_REMEMBERED && subjects.add(attempt.subject());
        if (isNew && examples.size() < MOST_EXAMPLES && attempt.path().length() <= LONGEST_EXAMPLE) {
            examples.add(attempt.path());
        }
    }

    /** Whether this failure was already counted with an earlier one; if not, it is counted now. */
    private boolean isCounted(Attempt attempt, Duration now) {
        Integer path = attempt.path().hashCode();
        Duration before = paths.get(path);
        boolean together = before != null && before.compareTo(attempt.began()) > 0;
        if (together || tasks.put(attempt.task(), true) != null) {
            return true;
        }
        paths.put(path, now);
        return false;
    }

    /** Records a response; true if it closed the circuit. */
    synchronized boolean answered() {
        boolean closed = open;
        open = false;
        tried = false;
        forget();
        return closed;
    }

    private void forget() {
        doubted = false;
        ofOrigin = 0;
        ofPaths = 0;
        first = null;
        subjects.clear();
        examples.clear();
        paths.clear();
        tasks.clear();
    }

    /** Records that a request has no result, because the vault aborted it. Another request may serve as the probe. */
    synchronized void abandoned() {
        tried = false;
    }

    /**
     * Returns true to the one caller that must start the probes: the circuit is open or doubted, and not watched yet.
     */
    synchronized boolean startWatch() {
        boolean starts = (open || doubted) && !watched;
        watched = watched || starts;
        return starts;
    }

    synchronized void endWatch() {
        watched = false;
    }

    /** Sets when the next probe will be sent. */
    synchronized void probeAt(Duration time) {
        again = time;
    }

    /** Whether no client has requested the origin for so long that probes should end. */
    synchronized boolean isUnrequested(Duration now) {
        return now.minus(requestedAt).compareTo(settings.rest()) > 0;
    }

    synchronized boolean isOpen() {
        return open;
    }

    synchronized boolean isWatched() {
        return watched;
    }

    /** Whether the origin was recently unreachable, so that an immediate retry is useless. */
    synchronized boolean isSuspect() {
        return open || ofOrigin > 0;
    }

    /**
     * Paths that failed, one of each unrelated group; none if the connection failed, because then any path can show
     * recovery.
     */
    synchronized List<String> examples() {
        return ofOrigin >= settings.failures() ? List.of() : List.copyOf(examples);
    }

    /** Whether the circuit has nothing to remember and can be dropped. */
    synchronized boolean isCalm() {
        return !open && first == null;
    }
}
