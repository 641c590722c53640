package io.artifactvault.server;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Limits on the resources that clients may use, for each client and in total.
 *
 * @param trustedProxies networks whose X-Forwarded-For or Forwarded is trusted to identify the client
 * @param maxConnections in total; empty to derive it from the descriptor limit and the heap
 * @param maxConnectionsPerClient for one address; 0 for no limit
 * @param headTimeout how long a request's head may take from its first byte to its last
 * @param minBodyRate minimum bytes per second of a request body while the vault waits for it; 0 for no minimum
 * @param bodyTimeout total time that the vault waits for one request body; zero for no limit
 * @param minSendRate minimum bytes per second that a client must read, over {@code sendTimeout}, while the vault waits
 * for it
 * @param sendTimeout how long the vault waits for a client that reads nothing
 * @param maxBufferedBytes maximum memory in bytes for the data of all clients; empty for a part of the heap
 * @param maxBufferedShare percentage of it that one client may use
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

    /** A copy with another total number of connections. */
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
