package io.artifactvault.origin.policy;

import io.artifactvault.http.OriginId;
import io.artifactvault.origin.Hedges;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.OriginSettings;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The origin that the cache uses: each request passes the circuit breaker, then the retries, then the hedges, then the
 * rate limits, then its backend's limits, then the wire. The breaker counts a request once, however often it is
 * retried; every attempt passes all layers below the retries, so that a limit stops a retry as it stops a first
 * attempt. Probes of the breaker go directly to the wire. Decision 0023 explains this order.
 */
public final class OriginStack implements Origin {
    private final Origin outermost;
    private final RateLimitedOrigin governing;
    private final Circuits circuits;
    private final Prober prober;
    private final Hedges hedges;

    private OriginStack(
            Origin outermost, RateLimitedOrigin governing, Circuits circuits, Prober prober, Hedges hedges) {
        this.outermost = outermost;
        this.governing = governing;
        this.circuits = circuits;
        this.prober = prober;
        this.hedges = hedges;
    }

    /**
     * Takes ownership of the wire: closing the result closes it.
     *
     * @param limits the limits of each backend, by its name
     */
    public static OriginStack over(
            Origin wire, OriginSettings settings, Map<String, BackendLimits> limits, InstantSource clock) {
        return over(wire, settings, limits, clock, Pacing.SYSTEM);
    }

    public static OriginStack over(
            Origin wire,
            OriginSettings settings,
            Map<String, BackendLimits> limits,
            InstantSource clock,
            Pacing pacing) {
        RandomGenerator random = RandomGenerator.getDefault();
        Circuits circuits = new Circuits(settings.breaker());
        Prober prober = new Prober(wire, circuits, settings.breaker(), pacing, random, Prober::onVirtualThread);
        Origin limiting = new BoundedOrigin(wire, limits, pacing);
        RateLimitedOrigin governing = new RateLimitedOrigin(limiting, settings.rate(), pacing);
        Hedges hedges = new Hedges(settings.hedge());
        Origin hedging = new HedgingOrigin(governing, hedges, circuits::isSuspect);
        Origin retrying = new RetryingOrigin(hedging, settings.retry(), pacing, random, circuits::isSuspect);
        Origin breaking = new CircuitBreakingOrigin(retrying, circuits, prober, pacing, clock);
        return new OriginStack(breaking, governing, circuits, prober, hedges);
    }

    @Override
    public OriginResponse send(OriginRequest request) throws OriginException {
        return outermost.send(request);
    }

    /** What remains of the origins' rate limits. May be called on any thread; never blocks for long. */
    public List<RateReading> rates() {
        return governing.rates();
    }

    /** Requests since startup that were not sent because their origin had responded 429. May be called on any thread. */
    public long refusedByRate() {
        return governing.refused();
    }

    /** Origins to which no requests are sent because they fail. May be called on any thread. */
    public List<OriginId> failing() {
        return circuits.open();
    }

    /** Probes since startup that found their origin recovered. */
    public long answeredProbes() {
        return prober.answered();
    }

    /** Probes since startup that did not find their origin recovered. */
    public long unansweredProbes() {
        return prober.unanswered();
    }

    @Override
    public Hedges hedges() {
        return hedges;
    }

    @Override
    public void close() {
        outermost.close();
    }
}
