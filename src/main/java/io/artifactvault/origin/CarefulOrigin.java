package io.artifactvault.origin;

import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The origin as the cache asks it: each request passes the retries, then the rate limits, then the circuit breaker, then its
 * backend's limits, then the wire. Every try passes all that stand below the retries, so that each is counted where it is sent, and a limit or an open circuit
 * stops a retry as it stops a first try. Decision 0009 says why in this order.
 */
public final class CarefulOrigin {
    private CarefulOrigin() {}

    /**
     * Takes the wire over: closing the result closes it.
     *
     * @param limits by the names of backends
     */
    public static Origin over(Origin wire, OriginSettings settings, Map<String, BackendLimits> limits) {
        return over(wire, settings, limits, Pacing.SYSTEM);
    }

    static Origin over(Origin wire, OriginSettings settings, Map<String, BackendLimits> limits, Pacing pacing) {
        Origin limiting = new LimitingOrigin(wire, limits, settings.headTimeout(), pacing);
        Origin breaking = new BreakingOrigin(limiting, settings.breaker(), pacing);
        Origin governing = new GoverningOrigin(breaking, settings.rateReserve(), pacing);
        return new RetryingOrigin(governing, settings.retry(), pacing, RandomGenerator.getDefault());
    }
}
