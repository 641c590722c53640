package io.artifactvault.server;

import java.time.Duration;
import java.util.Optional;

/**
 * The settings of the clients' listener.
 *
 * @param host address to listen on
 * @param port 0 for any free one
 * @param publicUrl scheme and authority, without a path, under which clients reach the vault; empty to use each
 * request's Host
 * @param idleTimeout a connection without a request for this long is closed
 * @param drainTimeout how long SIGTERM waits for responses in progress
 * @param maxRequestHead bytes of request line and fields together
 * @param connections limits on the resources that clients may use
 */
public record ServerSettings(
        String host,
        int port,
        Optional<String> publicUrl,
        Duration idleTimeout,
        Duration drainTimeout,
        int maxRequestHead,
        ConnectionSettings connections) {
    /** Settings with the default limits for clients. */
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
