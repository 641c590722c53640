package io.artifactvault.cache.upstream;

import io.artifactvault.cache.work.Task;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.Hedges;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.RequestContext;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A body that can be resumed, read from the faster of two connections. When no bytes have arrived for a while, a second
 * connection requests the remaining bytes while the first stays open; the connection that delivers bytes first is used,
 * and the other is closed. The second request resumes the download, so its response must have the same digest or
 * validator. Confined to the stream's thread, except for the race.
 *
 * <p>Phases: alone → raced, once the body stalls → alone again, on the connection that won.
 */
public final class RacedBody implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RacedBody.class);

    /** Receives bytes that are valid only during the call, and their position in the content. */
    @FunctionalInterface
    public interface Sink<E extends Exception> {
        void accept(ByteBuffer bytes, long at) throws E;
    }

    /** Determines the part that is still needed; null if there is none. */
    @FunctionalInterface
    public interface Rest {
        @Nullable
        ByteRange get();
    }

    /** A response whose first bytes have arrived. */
    private record Delivery(RangeResponse answer, ByteBuffer first) {}

    private final Hedges hedges;
    private final ContentSource source;
    private final Duration patience;
    private OriginResponse response;
    private long position;
    private @Nullable Race race;
    private Optional<Race> won = Optional.empty();

    /** @param offset the position in the content at which the response's body begins */
    public RacedBody(ContentSource source, OriginResponse response, long offset) {
        this.hedges = source.hedges();
        this.source = source;
        this.patience = hedges.bodyAfter();
        this.response = response;
        this.position = offset;
        response.expectPace();
    }

    /**
     * Passes the next bytes to the sink.
     *
     * @param rest the part that is still needed if the body stalls
     * @return false at the end of the body
     * @throws OriginException if the body failed and no second connection replaced it
     */
    public <E extends Exception> boolean next(Rest rest, Sink<E> sink) throws OriginException, E {
        if (race == null && !patience.isZero() && !response.arrivesWithin(patience)) {
            race = begin(rest.get());
        }
        Race running = race;
        if (running == null) {
            return take(sink);
        }
        boolean more;
        try {
            more = take(sink);
        } catch (OriginException e) {
            Delivery delivery = running.outcome(patience).orElseThrow(() -> e);
            takeOver(delivery, sink);
            return true;
        }
        if (running.lose()) {
            race = null;
        }
        return more;
    }

    private <E extends Exception> boolean take(Sink<E> sink) throws OriginException, E {
        return response.next(bytes -> {
            long at = position;
            position += bytes.remaining();
            sink.accept(bytes, at);
        });
    }

    private <E extends Exception> void takeOver(Delivery delivery, Sink<E> sink) throws E {
        response.close();
        won.ifPresent(Race::end);
        won = Optional.ofNullable(race);
        race = null;
        response = delivery.answer().response();
        position = delivery.answer().offset() + delivery.first().remaining();
        hedges.won();
        sink.accept(delivery.first(), delivery.answer().offset());
    }

    private @Nullable Race begin(@Nullable ByteRange rest) {
        if (rest == null || !hedges.spend(source.target())) {
            return null;
        }
        Race begun = new Race(rest, response);
        Thread.ofVirtual().name("race").start(begun::run);
        return begun;
    }

    @Override
    public void close() {
        Race running = race;
        if (running != null && !running.lose()) {
            running.outcome(Duration.ZERO).ifPresent(late -> late.answer().close());
        }
        won.ifPresent(Race::end);
        response.close();
    }

    /** The second connection, until its first bytes arrive. Runs on its own thread. */
    private final class Race {
        private final Task task = Task.current();
        private final Cancellation cancellation = new Cancellation();
        private final Cancellation.Registration link =
                task.interest().cancellation().onCancel(cancellation::abandon);
        private final CompletableFuture<Delivery> delivered = new CompletableFuture<>();
        private final ByteRange rest;
        private final OriginResponse slow;

        Race(ByteRange rest, OriginResponse slow) {
            this.rest = rest;
            this.slow = slow;
        }

        void run() {
            RequestContext context = new RequestContext(task.holder().client(), cancellation, task.vaults());
            try {
                task.run(() ->
                        Hedges.hedge().where(RequestContext.CURRENT, context).run(this::requestRest));
            } finally {
                delivered.completeExceptionally(new IllegalStateException("the second connection delivered nothing"));
            }
        }

        private void requestRest() {
            RangeResponse answer = null;
            boolean taken = false;
            try {
                answer = source.ask(rest);
                taken = delivered.complete(new Delivery(answer, first(answer)));
            } catch (OriginException e) {
                log.debug("The second connection also failed: {}", e.getMessage());
                delivered.completeExceptionally(e);
            } finally {
                if (!taken && answer != null) {
                    answer.close();
                }
            }
            if (taken) {
                // A thread that waits for the first connection detects that it has failed, and then uses this one.
                slow.abort();
            }
        }

        /**
         * The first missing bytes. If the origin ignores Range, it sends bytes that are already present before them,
         * which are skipped.
         */
        private static ByteBuffer first(RangeResponse answer) throws OriginException {
            answer.response().expectPace();
            byte[][] first = {new byte[0]};
            boolean any = !answer.whole()
                    && answer.response().next(bytes -> {
                        first[0] = new byte[bytes.remaining()];
                        bytes.get(first[0]);
                    });
            if (!any) {
                throw new OriginException(OriginFailure.BODY_CUT, "the second connection");
            }
            return ByteBuffer.wrap(first[0]);
        }

        /** Called when the first connection has delivered bytes; returns false if the second one was faster. */
        boolean lose() {
            boolean lost = delivered.completeExceptionally(new IllegalStateException("the first was faster"))
                    || delivered.isCompletedExceptionally();
            if (lost) {
                end();
            }
            return lost;
        }

        void end() {
            link.close();
            cancellation.abandon();
        }

        /** Waits for the second connection no longer than for the first; empty if it failed or delivered nothing. */
        Optional<Delivery> outcome(Duration most) {
            try {
                return Optional.of(delivered.get(most.toNanos(), TimeUnit.NANOSECONDS));
            } catch (ExecutionException | TimeoutException e) {
                return Optional.empty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }
}
