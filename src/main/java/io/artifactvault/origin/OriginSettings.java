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
 * @param rate how rate limits of origins are respected
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
        RateSettings rate,
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
            RateSettings rate,
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
                rate,
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
                RateSettings.defaults(),
                OutboundSettings.DIRECT);
    }

    /** A copy with another minimum rate. */
    public OriginSettings withMinimumRate(MinimumRate minimum) {
        return new OriginSettings(
                connectTimeout,
                headTimeout,
                idleTimeout,
                minimum,
                maxIdlePerOrigin,
                keepAlive,
                maxConnectionAge,
                retry,
                breaker,
                rate,
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
                rate,
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
                rate,
                settings,
                outbound);
    }

    public static OriginSettings defaults() {
        return new OriginSettings(
                Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(15), 32, Duration.ofSeconds(20));
    }
}
