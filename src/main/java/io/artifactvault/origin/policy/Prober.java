package io.artifactvault.origin.policy;

import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.UserAgent;
import io.artifactvault.origin.BreakerSettings;
import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.RequestContext;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes origins whose circuit is open for recovery, so that no client request has to serve as a probe; and probes
 * doubted origins for failure, before their circuit opens. A probe is a HEAD without a credential. Failures of client
 * requests prove nothing, because a client may know that a path fails: a doubt is settled by concurrent probes of the
 * root and of the path to which the origin responded last, and any response from either ends it.
 *
 * <p>For an origin whose circuit is open, these two are probed first and most often; between them, if it accepts
 * connections, the paths that failed, because the other two may be broken permanently. Any response other than the one
 * that opened the circuit closes it. A probe begins every {@code pause}, whether the previous one has ended or not,
 * because a lost probe must not delay the next; most time out early, and one at a time waits as long as any request
 * would, for slow origins.
 *
 * <p>A limited number of origins are probed concurrently, with at most three concurrent probes each; an origin that no
 * client has requested for a long time is no longer probed. Runs on its own virtual threads; thread-safe.
 */
public final class Prober implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Prober.class);
    private static final int MOST_AT_ONCE = 3;

    private final Origin wire;
    private final Circuits circuits;
    private final BreakerSettings settings;
    private final Pacing pacing;
    private final RandomGenerator random;
    private final Consumer<Runnable> threads;
    private final Semaphore places;
    private final Cancellation cancellation = new Cancellation();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong unanswered = new AtomicLong();

    /** @param threads runs blocking tasks, each on its own thread */
    public Prober(
            Origin wire,
            Circuits circuits,
            BreakerSettings settings,
            Pacing pacing,
            RandomGenerator random,
            Consumer<Runnable> threads) {
        this.wire = wire;
        this.circuits = circuits;
        this.settings = settings;
        this.pacing = pacing;
        this.random = random;
        this.threads = threads;
        this.places = new Semaphore(settings.probed());
    }

    static void onVirtualThread(Runnable work) {
        Thread.ofVirtual().name("probe").start(work);
    }

    /**
     * Probes an origin until it responds; a doubted origin is probed further only if it does not respond. Returns
     * without waiting.
     *
     * @param failed the last request that failed
     * @return whether it is watched now; false when the limit of watched origins is reached
     */
    boolean watch(OriginId origin, Circuit circuit, OriginRequest failed) {
        if (circuit.isWatched()) {
            return true;
        }
        if (cancellation.isCancelled() || !places.tryAcquire()) {
            return false;
        }
        if (!circuit.startWatch()) {
            places.release();
            return true;
        }
        threads.accept(() -> new Watch(origin, circuit, failed).run());
        return true;
    }

    /** Probes since startup that found their origin recovered. */
    long answered() {
        return answered.get();
    }

    /** Probes since startup that did not find their origin recovered. */
    long unanswered() {
        return unanswered.get();
    }

    @Override
    public void close() {
        cancellation.shutDown();
    }

    /** One origin's probes. The loop is confined to its thread. */
    private final class Watch {
        private final OriginId origin;
        private final Circuit circuit;
        private final OriginRequest failed;
        private final AtomicInteger underWay = new AtomicInteger();
        private final AtomicBoolean patient = new AtomicBoolean();
        private int begun;

        Watch(OriginId origin, Circuit circuit, OriginRequest failed) {
            this.origin = origin;
            this.circuit = circuit;
            this.failed = failed;
        }

        void run() {
            try {
                inContext(() -> {
                    settle();
                    probeUntilAnswered();
                });
            } finally {
                circuit.endWatch();
                places.release();
            }
        }

        /** Finds out whether an origin fails after several unrelated paths did. */
        private void settle() {
            if (!circuit.isDoubted()) {
                return;
            }
            List<String> paths = steadyPaths();
            CountDownLatch ended = new CountDownLatch(paths.size());
            AtomicInteger failing = new AtomicInteger();
            for (String path : paths) {
                threads.accept(() -> {
                    try {
                        inContext(() -> failing.addAndGet(isFailing(path, false) ? 1 : 0));
                    } finally {
                        ended.countDown();
                    }
                });
            }
            try {
                ended.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            if (failing.get() == paths.size()) {
                circuit.confirm(pacing.now()).ifPresent(cause -> circuits.report(origin, cause));
            }
        }

        private void inContext(Runnable work) {
            ScopedValue.where(RequestContext.CURRENT, new RequestContext("-", cancellation))
                    .run(work);
        }

        private void probeUntilAnswered() {
            while (circuit.isOpen() && !cancellation.isCancelled()) {
                if (circuit.isUnrequested(pacing.now())) {
                    log.info(
                            "{} is no longer probed, because no client has requested it for {} s; the next"
                                    + " request serves as a probe",
                            origin,
                            settings.rest().toSeconds());
                    return;
                }
                if (!pause()) {
                    return;
                }
                if (circuit.isOpen() && !cancellation.isCancelled() && underWay.get() < MOST_AT_ONCE) {
                    underWay.incrementAndGet();
                    String path = next();
                    threads.accept(() -> inContext(() -> probe(path)));
                }
            }
        }

        /**
         * Waits between two probes: up to a quarter shorter than configured, so that several vaults that detected a
         * failure at the same time do not probe at the same time.
         */
        private boolean pause() {
            long most = settings.pause().toNanos();
            Duration time = Duration.ofNanos(most - random.nextLong(most / 4 + 1));
            circuit.probeAt(pacing.now().plus(time));
            try {
                pacing.pause(time);
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        /**
         * Paths that clients cannot choose by requesting failing paths: the path to which the origin responded last,
         * and the root.
         */
        private List<String> steadyPaths() {
            return Stream.concat(circuits.lastGood(origin).stream(), Stream.of("/"))
                    .distinct()
                    .toList();
        }

        /** The path of the next probe; at least every other probe requests one of {@link #steadyPaths}. */
        private String next() {
            List<String> steadyPaths = steadyPaths();
            List<String> examples = circuit.examples();
            int round = begun / (steadyPaths.size() + 1);
            int turn = begun % (steadyPaths.size() + 1);
            begun++;
            if (turn < steadyPaths.size()) {
                return steadyPaths.get(turn);
            }
            return examples.isEmpty() ? steadyPaths.getFirst() : examples.get(round % examples.size());
        }

        private void probe(String path) {
            boolean waits = patient.compareAndSet(false, true);
            try {
                var _ = isFailing(path, waits);
            } finally {
                if (waits) {
                    patient.set(false);
                }
                underWay.decrementAndGet();
            }
        }

        /** Sends a probe; true if the origin has failed again. */
        private boolean isFailing(String path, boolean waits) {
            try (OriginResponse response = wire.send(request(path, waits))) {
                return count(HealthSigns.isFailing(response, failed.purpose()));
            } catch (OriginException e) {
                if (e.failure() == OriginFailure.INTERRUPTED) {
                    // The wire is closed.
                    cancellation.shutDown();
                }
                return count(e.failure().isOurs() || HealthSigns.isFailing(e.failure()))
                        && !e.failure().isOurs();
            }
        }

        private boolean count(boolean failing) {
            if (failing) {
                unanswered.incrementAndGet();
            } else {
                answered.incrementAndGet();
                circuits.answered(origin, circuit);
            }
            return failing;
        }

        private OriginRequest request(String path, boolean waits) {
            OriginRequest head = new OriginRequest(
                            "HEAD",
                            URI.create(origin + path),
                            Fields.of("User-Agent", UserAgent.OWN, "Accept-Encoding", "identity"),
                            Optional.empty(),
                            Optional.empty(),
                            false)
                    .withPrivateTargets(failed.privateTargets())
                    .with(failed.purpose().ofVault());
            return waits
                    ? head
                    : head.connectingWithin(settings.probeTimeout()).answeringWithin(settings.probeTimeout());
        }
    }
}
