package io.artifactvault.origin.wire;

import io.artifactvault.origin.address.PoolKey;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Idle connections. The most recently used one is taken first, so that surplus connections expire and are closed. Tasks
 * and fills take and return them; event loops remove those that an origin closed or that were idle too long. A
 * connection is not reused beyond a certain age, however busy it is, so that an origin that moved is resolved again.
 * Guarded by this; no lock is held across I/O.
 */
public final class ConnectionPool {
    private record Idle(Connection connection, Future<?> expiry) {}

    private final int maxIdlePerOrigin;
    private final Duration keepAlive;
    private final Duration maxAge;
    private final Map<PoolKey, Deque<Idle>> idle = new HashMap<>();
    private boolean closed;

    /** @param maxAge the age beyond which a connection is not reused; zero for no limit */
    public ConnectionPool(int maxIdlePerOrigin, Duration keepAlive, Duration maxAge) {
        this.maxIdlePerOrigin = maxIdlePerOrigin;
        this.keepAlive = keepAlive;
        this.maxAge = maxAge;
    }

    /** The most recently used connection; it belongs to the caller now. */
    public Optional<Connection> take(PoolKey key) {
        Optional<Idle> found = pop(key);
        while (found.isPresent()) {
            found.get().expiry().cancel(false);
            Connection connection = found.get().connection();
            if (connection.isOpen() && !connection.isOlderThan(maxAge)) {
                return Optional.of(connection);
            }
            connection.close();
            found = pop(key);
        }
        return Optional.empty();
    }

    private synchronized Optional<Idle> pop(PoolKey key) {
        Deque<Idle> deque = idle.get(key);
        if (deque == null) {
            return Optional.empty();
        }
        Optional<Idle> first = Optional.ofNullable(deque.pollFirst());
        if (deque.isEmpty()) {
            idle.remove(key);
        }
        return first;
    }

    /** Takes a connection whose last response was read to its end. */
    public void give(Connection connection) {
        connection.markReused();
        Optional<Connection> surplus = push(connection);
        surplus.ifPresent(Connection::close);
        if (!connection.isOpen()) {
            // The channel closed before it was listed, so its close listener found nothing to remove.
            remove(connection);
        }
    }

    private synchronized Optional<Connection> push(Connection connection) {
        if (closed || maxIdlePerOrigin < 1 || connection.isOlderThan(maxAge)) {
            return Optional.of(connection);
        }
        Deque<Idle> deque = idle.computeIfAbsent(connection.key(), key -> new ArrayDeque<>());
        try {
            deque.addFirst(new Idle(connection, expiry(connection)));
        } catch (RejectedExecutionException e) {
            return Optional.of(connection);
        }
        if (deque.size() <= maxIdlePerOrigin) {
            return Optional.empty();
        }
        Idle oldest = deque.removeLast();
        oldest.expiry().cancel(false);
        return Optional.of(oldest.connection());
    }

    private Future<?> expiry(Connection connection) {
        Channel channel = connection.channel();
        Runnable expire = () -> {
            if (remove(connection)) {
                connection.close();
            }
        };
        return channel.eventLoop().schedule(expire, keepAlive.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Removes a connection; true when it was idle in this pool, and it then belongs to the caller. */
    synchronized boolean remove(Connection connection) {
        Deque<Idle> deque = idle.get(connection.key());
        boolean found = deque != null && deque.removeIf(entry -> entry.connection() == connection);
        if (found && deque != null && deque.isEmpty()) {
            idle.remove(connection.key());
        }
        return found;
    }

    /** The number of idle connections of all origins. */
    synchronized int size() {
        return idle.values().stream().mapToInt(Deque::size).sum();
    }

    /** From now on the pool keeps no connections. The origin client closes the channels itself. */
    synchronized void close() {
        closed = true;
        idle.values().forEach(deque -> deque.forEach(entry -> entry.expiry().cancel(false)));
        idle.clear();
    }
}
