package io.artifactvault.server;

import java.time.Duration;
import java.util.Optional;

/**
 * The client side.
 *
 * @param host address to listen on
 * @param port 0 for any free one
 * @param publicUrl scheme, authority and no path, as clients see us; empty to take it from each request's Host
 * @param idleTimeout a connection that asks nothing for this long is closed
 * @param drainTimeout how long SIGTERM waits for answers under way
 * @param maxRequestHead bytes of request line and fields together
 * @param connections what clients may cost
 */
public record ServerSettings(
        String host,
        int port,
        Optional<String> publicUrl,
        Duration idleTimeout,
        Duration drainTimeout,
        int maxRequestHead,
        ConnectionSettings connections) {
    /** With the usual limits for clients. */
    public ServerSettings(
            String host,
            int port,
            Optional<String> publicUrl,
            Duration idleTimeout,
            Duration drainTimeout,
            int maxRequestHead) {
        this(host, port, publicUrl, idleTimeout, drainTimeout, maxRequestHead, ConnectionSettings.defaults());
    }
}
