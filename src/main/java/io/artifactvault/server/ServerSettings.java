package io.artifactvault.server;

import java.time.Duration;
import java.util.Optional;

/**
 * The client side.
 *
 * @param host address to listen on
 * @param port 0 for any free one
 * @param publicUrl scheme, authority and no path, as clients see us; empty to take it from each request's Host
 * @param idleTimeout a connection without a byte for this long is closed
 * @param drainTimeout how long SIGTERM waits for answers under way
 * @param maxRequestHead bytes of request line and fields together
 */
public record ServerSettings(
        String host,
        int port,
        Optional<String> publicUrl,
        Duration idleTimeout,
        Duration drainTimeout,
        int maxRequestHead) {}
