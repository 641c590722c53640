package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.origin.policy.CircuitBreakingOrigin;
import io.artifactvault.origin.policy.Circuits;
import io.artifactvault.origin.policy.Prober;
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
public final class BreakerBench {
    public static final OriginRequest GET = OriginRequest.get(URI.create("https://hub.test/a"));
    public static final Duration PAUSE = Duration.ofSeconds(1);
    static final Instant NOON = Instant.parse("2026-01-01T12:03:05.7Z");
    public static final BreakerSettings SETTINGS = new BreakerSettings(3, PAUSE);

    public final HandClock clock = new HandClock();
    public final Answers wire = new Answers();
    public final Answers probed = new Answers();
    public final Circuits circuits;
    public final Prober prober;
    public final CircuitBreakingOrigin origin;
    private final Deque<Runnable> threads = new ArrayDeque<>();
    private boolean inline;

    public BreakerBench(BreakerSettings settings) {
        circuits = new Circuits(settings);
        prober = new Prober(probed, circuits, settings, clock, new Random(1), this::start);
        origin = new CircuitBreakingOrigin(wire, circuits, prober, clock, () -> NOON);
    }

    private void start(Runnable work) {
        if (inline) {
            work.run();
        } else {
            threads.add(work);
        }
    }

    public static OriginRequest get(String path) {
        return GET.withUri(URI.create("https://hub.test" + path));
    }

    public OriginFailure failure(OriginRequest request) {
        return failing(request).failure();
    }

    public OriginException failing(OriginRequest request) {
        return catchThrowableOfType(OriginException.class, () -> origin.send(request));
    }

    /** Unrelated paths. */
    public void failThrice() throws OriginException {
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

    public boolean isOpen() {
        return !circuits.open().isEmpty();
    }

    /** How many origins wait for their probes to begin. */
    public int watches() {
        return threads.size();
    }

    /** Probes the first of them until it is back or given up. */
    public void runProbes() {
        inline = true;
        threads.remove().run();
        inline = false;
    }
}
