package io.artifactvault.origin;

import java.time.Duration;

/**
 * Timeouts, retries and connection limits for origins.
 *
 * @param connectTimeout for the TCP connection, and again for the TLS handshake
 * @param headTimeout from the request's last byte to the final response head, including interim responses; for requests
 *     that belong to no backend, because each backend has its own timeout
 * @param idleTimeout between two chunks of a body
 * @param minimumRate of a body that is stored
 * @param maxIdlePerOrigin pooled connections kept open per origin
 * @param keepAlive how long a pooled connection may stay idle
 * @param maxConnectionAge maximum age at which a connection is reused, so that the vault resolves the host name again
 *     if the origin has moved
 * @param retry which requests are retried
 * @param breaker when the vault stops sending requests to a failing origin
 * @param rateReserve percentage of an origin's rate limit reserved for requests that clients wait for
 * @param hedge when a request is hedged on a second connection because the first is silent
 * @param outbound how the vault reaches origins: proxies and trusted certificates
 */
public record OriginSettings(
        Duration connectTimeout,
        Duration headTimeout,
        Duration idleTimeout,
        MinimumRate minimumRate,
        int maxIdlePerOrigin,
        Duration keepAlive,
        Duration maxConnectionAge,
        RetrySettings retry,
        BreakerSettings breaker,
        int rateReserve,
        HedgeSettings hedge,
        OutboundSettings outbound) {
    private static final Duration USUAL_AGE = Duration.ofSeconds(90);

    /** Settings with the default minimum rate, connection age and hedges. */
    public OriginSettings(
            Duration connectTimeout,
            Duration headTimeout,
            Duration idleTimeout,
            int maxIdlePerOrigin,
            Duration keepAlive,
            RetrySettings retry,
            BreakerSettings breaker,
            int rateReserve,
            OutboundSettings outbound) {
        this(
                connectTimeout,
                headTimeout,
                idleTimeout,
                MinimumRate.defaults(),
                maxIdlePerOrigin,
                keepAlive,
                USUAL_AGE,
                retry,
                breaker,
                rateReserve,
                HedgeSettings.defaults(),
                outbound);
    }

    /** Settings with the default policies. */
    public OriginSettings(
            Duration connectTimeout,
            Duration headTimeout,
            Duration idleTimeout,
            int maxIdlePerOrigin,
            Duration keepAlive) {
        this(
                connectTimeout,
                headTimeout,
                idleTimeout,
                maxIdlePerOrigin,
                keepAlive,
                RetrySettings.defaults(),
                BreakerSettings.defaults(),
                5,
                OutboundSettings.DIRECT);
    }

    /** A copy with another minimum rate. */
    public OriginSettings withMinimumRate(MinimumRate rate) {
        return new OriginSettings(
                connectTimeout,
                headTimeout,
                idleTimeout,
                rate,
                maxIdlePerOrigin,
                keepAlive,
                maxConnectionAge,
                retry,
                breaker,
                rateReserve,
                hedge,
                outbound);
    }

    /** A copy with another maximum age of connections. */
    public OriginSettings withMaxConnectionAge(Duration age) {
        return new OriginSettings(
                connectTimeout,
                headTimeout,
                idleTimeout,
                minimumRate,
                maxIdlePerOrigin,
                keepAlive,
                age,
                retry,
                breaker,
                rateReserve,
                hedge,
                outbound);
    }

    /** A copy with other settings for hedges. */
    public OriginSettings withHedge(HedgeSettings settings) {
        return new OriginSettings(
                connectTimeout,
                headTimeout,
                idleTimeout,
                minimumRate,
                maxIdlePerOrigin,
                keepAlive,
                maxConnectionAge,
                retry,
                breaker,
                rateReserve,
                settings,
                outbound);
    }

    public static OriginSettings defaults() {
        return new OriginSettings(
                Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(15), 32, Duration.ofSeconds(20));
    }
}
