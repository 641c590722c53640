package io.artifactvault.origin;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The origin as the cache asks it: each request passes the retries, then the hedges, then the rate limits, then the circuit breaker, then its
 * backend's limits, then the wire. Every try passes all that stand below the retries, so that each is counted where it is sent, and a limit or an open circuit
 * stops a retry as it stops a first try. Decision 0009 says why in this order.
 */
public final class CarefulOrigin implements Origin {
    private final Origin outermost;
    private final GoverningOrigin governing;
    private final Hedges hedges;

    private CarefulOrigin(Origin outermost, GoverningOrigin governing, Hedges hedges) {
        this.hedges = hedges;
        this.outermost = outermost;
        this.governing = governing;
    }

    /**
     * Takes the wire over: closing the result closes it.
     *
     * @param limits by the names of backends
     */
    public static CarefulOrigin over(Origin wire, OriginSettings settings, Map<String, BackendLimits> limits) {
        return over(wire, settings, limits, Pacing.SYSTEM);
    }

    static CarefulOrigin over(Origin wire, OriginSettings settings, Map<String, BackendLimits> limits, Pacing pacing) {
        Origin limiting = new LimitingOrigin(wire, limits, settings.headTimeout(), pacing);
        Origin breaking = new BreakingOrigin(limiting, settings.breaker(), pacing);
        GoverningOrigin governing = new GoverningOrigin(breaking, settings.rateReserve(), pacing);
        Hedges hedges = new Hedges(settings.hedge());
        Origin hedging = new HedgingOrigin(governing, hedges);
        Origin retrying = new RetryingOrigin(hedging, settings.retry(), pacing, RandomGenerator.getDefault());
        return new CarefulOrigin(retrying, governing, hedges);
    }

    @Override
    public OriginResponse send(OriginRequest request) throws OriginException {
        return outermost.send(request);
    }

    /** What is left of origins' rate limits. Never blocks for long; for any thread. */
    public List<RateReading> rates() {
        return governing.rates();
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
