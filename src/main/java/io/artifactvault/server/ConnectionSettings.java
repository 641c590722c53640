package io.artifactvault.server;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What clients may cost, each and all together.
 *
 * @param trustedProxies networks whose X-Forwarded-For or Forwarded says who the client is
 * @param maxConnections in all; empty for what the descriptor limit and the heap leave
 * @param maxConnectionsPerClient of one address; 0 for any number
 * @param headTimeout how long a request's head may take from its first byte to its last
 * @param minBodyRate bytes per second that a request body must bring while the vault waits for it; 0 for any
 * @param bodyTimeout how long the vault waits for one request body in all; zero for ever
 * @param minSendRate bytes per second that a client must take, over {@code sendTimeout}, while the vault waits for it
 * @param sendTimeout how long a client that takes nothing is waited for
 * @param maxBufferedBytes what all clients may make the vault hold in memory; empty for a part of the heap
 * @param maxBufferedShare percent of it that one client may use
 */
public record ConnectionSettings(
        List<ProxyNetwork> trustedProxies,
        OptionalInt maxConnections,
        int maxConnectionsPerClient,
        Duration headTimeout,
        long minBodyRate,
        Duration bodyTimeout,
        long minSendRate,
        Duration sendTimeout,
        OptionalLong maxBufferedBytes,
        int maxBufferedShare) {
    public ConnectionSettings {
        trustedProxies = List.copyOf(trustedProxies);
    }

    public static ConnectionSettings defaults() {
        return new ConnectionSettings(
                List.of(),
                OptionalInt.empty(),
                512,
                Duration.ofSeconds(30),
                500,
                Duration.ofHours(6),
                500,
                Duration.ofMinutes(10),
                OptionalLong.empty(),
                25);
    }

    /** The same with that many connections in all. */
    public ConnectionSettings withMaxConnections(int most) {
        return new ConnectionSettings(
                trustedProxies,
                OptionalInt.of(most),
                maxConnectionsPerClient,
                headTimeout,
                minBodyRate,
                bodyTimeout,
                minSendRate,
                sendTimeout,
                maxBufferedBytes,
                maxBufferedShare);
    }
}
