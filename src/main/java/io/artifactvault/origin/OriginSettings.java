package io.artifactvault.origin;

import java.time.Duration;

/**
 * How patient we are with origins.
 *
 * @param connectTimeout for the TCP connection, and again for the TLS handshake
 * @param headTimeout from the request's last byte to the response head
 * @param idleTimeout between two pieces of a body
 * @param maxIdlePerOrigin pooled connections kept open per origin
 * @param keepAlive how long a pooled connection may rest
 */
public record OriginSettings(
        Duration connectTimeout, Duration headTimeout, Duration idleTimeout, int maxIdlePerOrigin, Duration keepAlive) {

    public static OriginSettings defaults() {
        return new OriginSettings(
                Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(15), 32, Duration.ofSeconds(30));
    }
}
