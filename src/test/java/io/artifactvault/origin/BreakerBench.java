package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * A breaker whose time, threads, wire and probes a test has at its command. Probes run when the test says so, on its own thread, each to
 * its end before the next begins.
 */
final class BreakerBench {
    static final OriginRequest GET = OriginRequest.get(URI.create("https://hub.test/a"));
    static final Duration PAUSE = Duration.ofSeconds(1);
    static final Instant NOON = Instant.parse("2026-01-01T12:03:05.7Z");
    static final BreakerSettings SETTINGS = new BreakerSettings(3, PAUSE);

    final HandClock clock = new HandClock();
    final Answers wire = new Answers();
    final Answers probed = new Answers();
    final Circuits circuits;
    final Prober prober;
    final BreakingOrigin origin;
    private final Deque<Runnable> threads = new ArrayDeque<>();
    private boolean inline;

    BreakerBench(BreakerSettings settings) {
        circuits = new Circuits(settings);
        prober = new Prober(probed, circuits, settings, clock, new Random(1), this::start);
        origin = new BreakingOrigin(wire, circuits, prober, clock, () -> NOON);
    }

    private void start(Runnable work) {
        if (inline) {
            work.run();
        } else {
            threads.add(work);
        }
    }

    static OriginRequest get(String path) {
        return GET.withUri(URI.create("https://hub.test" + path));
    }

    OriginFailure failure(OriginRequest request) {
        return failing(request).failure();
    }

    OriginException failing(OriginRequest request) {
        return catchThrowableOfType(OriginException.class, () -> origin.send(request));
    }

    /** Unrelated paths. */
    void failThrice() throws OriginException {
        for (String path : List.of("/a/x", "/b/x", "/c/x")) {
            try {
                origin.send(get(path)).close();
            } catch (OriginException e) {
                if (e.failure() == OriginFailure.CIRCUIT_OPEN) {
                    throw e;
                }
            }
        }
    }

    boolean isOpen() {
        return !circuits.open().isEmpty();
    }

    /** How many origins wait for their probes to begin. */
    int watches() {
        return threads.size();
    }

    /** Probes the first of them until it is back or given up. */
    void runProbes() {
        inline = true;
        threads.remove().run();
        inline = false;
    }
}
