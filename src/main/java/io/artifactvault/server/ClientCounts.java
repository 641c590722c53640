package io.artifactvault.server;

import io.artifactvault.server.ConnectionWatch.Awaits;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts connections and requests that were refused, and those that were ended because the client was too slow, for
 * metrics and for one warning per minute. Thread-safe.
 */
final class ClientCounts {
    private static final Logger log = LoggerFactory.getLogger(ClientCounts.class);
    private static final long QUIET_MILLIS = 60_000;

    final LongAdder refusedInAll = new LongAdder();
    final LongAdder refusedOfClient = new LongAdder();
    final LongAdder idle = new LongAdder();
    final LongAdder slowHeads = new LongAdder();
    final LongAdder slowBodies = new LongAdder();
    final LongAdder slowReaders = new LongAdder();
    private final AtomicLong warnedOfConnections = new AtomicLong();
    private final AtomicLong warnedOfMemory = new AtomicLong();

    void timedOut(Awaits what) {
        LongAdder count = switch (what) {
            case REQUEST, NOTHING -> idle;
            case HEAD -> slowHeads;
            case BODY -> slowBodies;
            case READER -> slowReaders;
        };
        count.increment();
    }

    void refused(boolean ofClient, String client) {
        (ofClient ? refusedOfClient : refusedInAll).increment();
        if (isTimeToWarn(warnedOfConnections)) {
            log.warn(
                    "Refusing connections: {}; {} refused since startup",
                    ofClient
                            ? client + " has reached the limit for one address (max_connections_per_client)"
                            : "the total limit is reached (max_connections, which the limit on open files bounds)",
                    refusedInAll.sum() + refusedOfClient.sum());
        }
    }

    /** A client exceeded its limit of memory. */
    void refusedMemory(String client) {
        if (isTimeToWarn(warnedOfMemory)) {
            log.warn(
                    "Refusing a request of {}: the memory for clients' data is at its limit"
                            + " (max_buffered_bytes, max_buffered_share)",
                    client);
        }
    }

    private static boolean isTimeToWarn(AtomicLong last) {
        long now = System.currentTimeMillis();
        long before = last.get();
        return now - before >= QUIET_MILLIS && last.compareAndSet(before, now);
    }
}
