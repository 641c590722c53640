package io.artifactvault.origin.wire;

import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.RequestContext;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ConnectTimeoutException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Opens one TCP connection, to the first of several addresses that responds (RFC 8305 §5): the next attempt starts when
 * one has failed or the previous one has not responded within the delay; the first connection wins and all others are
 * closed. Confined to the connecting thread, which waits here; each instance is used once.
 */
final class AddressRace {
    private final Attempt attempt;
    private final Duration delay;
    private final String subject;
    private final Queue<ChannelFuture> attempts = new ConcurrentLinkedQueue<>();

    /** The events that wake the connecting thread. */
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    private int running;
    private boolean timedOut;
    private @Nullable Throwable cause;

    private sealed interface Event {
        record Ended(ChannelFuture attempt) implements Event {}

        record Cancelled() implements Event {}
    }

    /** Starts to connect; never waits. */
    @FunctionalInterface
    interface Attempt {
        ChannelFuture connect(InetSocketAddress address, Duration patience);
    }

    /**
     * @param delay between the starts of two attempts (RFC 8305, "Connection Attempt Delay")
     * @param subject the subject of failure messages
     */
    AddressRace(Attempt attempt, Duration delay, String subject) {
        this.attempt = attempt;
        this.delay = delay;
        this.subject = subject;
    }

    /**
     * @param addresses in the order in which they are tried, at least one
     * @param patience the timeout for all of them together
     */
    Channel run(List<InetSocketAddress> addresses, Duration patience) throws OriginException {
        Cancellation cancellation = RequestContext.current().cancellation();
        ChannelFuture winner = null;
        try (Cancellation.Registration _ = cancellation.onCancel(() -> events.add(new Event.Cancelled()))) {
            winner = race(new ArrayDeque<>(addresses), System.nanoTime() + patience.toNanos(), cancellation);
            return winner.channel();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OriginException(OriginFailure.INTERRUPTED, subject, e);
        } catch (RejectedExecutionException e) {
            throw new OriginException(OriginFailure.INTERRUPTED, subject, e);
        } finally {
            for (ChannelFuture one : attempts) {
                if (!one.equals(winner)) {
                    giveUp(one);
                }
            }
        }
    }

    private ChannelFuture race(Deque<InetSocketAddress> left, long deadline, Cancellation cancellation)
            throws OriginException, InterruptedException {
        long next = System.nanoTime();
        while (running > 0 || !left.isEmpty()) {
            cancellation.check(subject);
            long now = System.nanoTime();
            if (now >= deadline) {
                throw failed(OriginFailure.CONNECT_TIMEOUT);
            }
            if (!left.isEmpty() && (running == 0 || now >= next)) {
                start(left.remove(), Duration.ofNanos(deadline - now));
                next = now + delay.toNanos();
            }
            long until = left.isEmpty() ? deadline : Math.min(next, deadline);
            Event event = events.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (event instanceof Event.Ended(ChannelFuture ended)) {
                if (hasWon(ended)) {
                    cancellation.check(subject);
                    return ended;
                }
                next = System.nanoTime();
            }
        }
        throw failed(timedOut ? OriginFailure.CONNECT_TIMEOUT : OriginFailure.CONNECT_REFUSED);
    }

    private OriginException failed(OriginFailure failure) {
        Throwable last = cause;
        return last == null ? new OriginException(failure, subject) : new OriginException(failure, subject, last);
    }

    private void start(InetSocketAddress address, Duration patience) {
        ChannelFuture future = attempt.connect(address, patience);
        running++;
        attempts.add(future);
        future.addListener(_ -> events.add(new Event.Ended(future)));
    }

    private boolean hasWon(ChannelFuture ended) {
        running--;
        if (ended.isSuccess()) {
            return true;
        }
        Throwable failure = ended.cause();
        if (failure instanceof RejectedExecutionException rejected) {
            throw rejected;
        }
        timedOut |= failure instanceof ConnectTimeoutException;
        cause = cause == null ? failure : cause;
        return false;
    }

    /**
     * Gives up an attempt. One that is not registered yet can only be cancelled; if it connects all the same, it closes
     * itself.
     */
    private static void giveUp(ChannelFuture attempt) {
        var _ = attempt.cancel(false);
        attempt.addListener(done -> {
            if (done.isSuccess()) {
                var _ = attempt.channel().close();
            }
        });
        // A channel that could not be created, for example for lack of descriptors, has nothing to close.
        if (attempt.channel().isRegistered()) {
            var _ = attempt.channel().close();
        }
    }
}
