package io.artifactvault.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections whose client keeps the vault waiting for too long: one that sends no request ({@code
 * idle_timeout}), takes too long to send a head ({@code head_timeout}), sends a body too slowly ({@code min_body_rate},
 * {@code body_timeout}), or reads a response too slowly ({@code min_send_rate} over {@code send_timeout}). Time for
 * which the vault waits for upstream never counts. Each connection has one scheduled task, which runs when the earliest
 * limit may be reached. Confined to the channel's event loop.
 */
final class ConnectionWatch extends ChannelInboundHandlerAdapter {
    /** The window over which the rate of a request body is measured. */
    static final Duration BODY_WINDOW = Duration.ofSeconds(30);

    private static final long SHORTEST_LOOK = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_LOOK = TimeUnit.SECONDS.toNanos(5);

    /** The event that a connection waits for. */
    enum Awaits {
        /** The client's next request, of which no byte has arrived. */
        REQUEST,
        /** The remaining bytes of a request's head. */
        HEAD,
        /** Further bytes of a request's body. */
        BODY,
        /** The client's socket, which must accept bytes of the response. */
        READER,
        /** Nothing that depends on the client. */
        NOTHING
    }

    /** The connection that is watched. */
    interface Watched {
        Awaits awaits();

        /** Bytes of responses sent since the connection was opened. */
        long delivered();

        /** The client kept the vault waiting for too long. */
        void timedOut(ChannelHandlerContext context, Awaits what);
    }

    private final ServerSettings settings;
    private final Watched connection;
    private Awaits seen = Awaits.REQUEST;
    private @Nullable Pace pace;
    private Awaits paceOf = Awaits.NOTHING;
    private long received;
    private long movedAt;
    private long headSince;
    private long bodyWaited;
    private long lookedAt;
    private long due;
    private @Nullable Future<?> look;

    ConnectionWatch(ServerSettings settings, Watched connection) {
        this.settings = settings;
        this.connection = connection;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        movedAt = now(context);
        lookAt(context, movedAt + settings.idleTimeout().toNanos());
        context.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (look != null) {
            look.cancel(false);
        }
        context.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            received += bytes.readableBytes();
            movedAt = now(context);
        }
        context.fireChannelRead(message);
    }

    /** A response has ended: the time until the next request starts to count. */
    void answered(ChannelHandlerContext context) {
        movedAt = now(context);
        headSince = movedAt;
    }

    /** A head has begun to arrive, and its end has not arrived yet. */
    void headBegan(ChannelHandlerContext context) {
        headSince = now(context);
        lookAt(context, headSince + headTimeout());
    }

    /** A body has begun to arrive. */
    void bodyBegan(ChannelHandlerContext context) {
        bodyWaited = 0;
        pace = null;
        lookAt(context, now(context) + lookEvery());
    }

    private static long now(ChannelHandlerContext context) {
        return context.executor().ticker().nanoTime();
    }

    private long headTimeout() {
        return settings.connections().headTimeout().toNanos();
    }

    /** The interval between two checks, in nanoseconds: short enough for the shortest window. */
    private long lookEvery() {
        Duration shortest = shorter(BODY_WINDOW, shorter(settings.connections().sendTimeout(), settings.idleTimeout()));
        return Math.clamp(shortest.toNanos() / 8, SHORTEST_LOOK, LONGEST_LOOK);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** Schedules a check at the given time, unless an earlier one is scheduled. */
    private void lookAt(ChannelHandlerContext context, long when) {
        if (look != null && due - when <= 0) {
            return;
        }
        if (look != null) {
            look.cancel(false);
        }
        due = when;
        look = context.executor().schedule(() -> look(context), Math.max(1, when - now(context)), TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext context) {
        look = null;
        if (!context.channel().isActive()) {
            return;
        }
        long now = now(context);
        Awaits awaits = connection.awaits();
        long next = switch (awaits) {
            case REQUEST -> movedAt + settings.idleTimeout().toNanos();
            case HEAD -> headSince + headTimeout();
            case BODY, READER, NOTHING -> isTooSlow(awaits, now) ? now : now + lookEvery();
        };
        seen = awaits;
        lookedAt = now;
        if (next - now <= 0) {
            connection.timedOut(context, awaits);
            lookAt(context, now + lookEvery());
        } else {
            lookAt(context, next);
        }
    }

    private boolean isTooSlow(Awaits awaits, long now) {
        if (awaits == Awaits.BODY && seen == Awaits.BODY) {
            bodyWaited += now - lookedAt;
        }
        Duration longest = settings.connections().bodyTimeout();
        boolean tooLong = awaits == Awaits.BODY && !longest.isZero() && bodyWaited >= longest.toNanos();
        return tooLong || isBelowPace(awaits, now);
    }

    /** While the vault does not wait for the client, the measured rate does not change. */
    private boolean isBelowPace(Awaits awaits, long now) {
        boolean waits = awaits != Awaits.NOTHING;
        if (waits && (pace == null || paceOf != awaits)) {
            pace = awaits == Awaits.READER ? readerPace() : bodyPace();
            paceOf = awaits;
        }
        if (pace == null) {
            return false;
        }
        long bytes = awaits == Awaits.READER ? connection.delivered() : received;
        return pace.isTooSlow(now, bytes, waits);
    }

    private Pace readerPace() {
        ConnectionSettings limits = settings.connections();
        return new Pace(limits.minSendRate(), limits.sendTimeout());
    }

    private Pace bodyPace() {
        long rate = settings.connections().minBodyRate();
        return rate == 0 ? new Pace(0, settings.idleTimeout()) : new Pace(rate, BODY_WINDOW);
    }
}
