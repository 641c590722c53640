package io.artifactvault.origin.policy;

import io.artifactvault.http.OriginId;
import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.Hedges;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.RequestContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a request a second time, on a new connection, if its response does not begin in time and the request may be
 * repeated. So a connection that hangs delays the client by seconds and not by the whole timeout. The first attempt
 * stays alive until its own timeout; the first response wins, and the other attempt is cancelled. A hedge passes the
 * rate limits, the breaker and the backend's limits like any request, and counts against a budget ({@link Hedges}).
 * Called on the threads of tasks; thread-safe.
 */
final class HedgingOrigin implements Origin {
    private static final Logger log = LoggerFactory.getLogger(HedgingOrigin.class);

    private final Origin inner;
    private final Hedges hedges;
    private final Predicate<OriginId> suspect;

    /** @param suspect whether an origin was recently unreachable; if so, its requests are not hedged */
    HedgingOrigin(Origin inner, Hedges hedges, Predicate<OriginId> suspect) {
        this.inner = inner;
        this.hedges = hedges;
        this.suspect = suspect;
    }

    @Override
    public OriginResponse send(OriginRequest request) throws OriginException {
        if (Hedges.isHedge()) {
            return inner.send(request);
        }
        hedges.earn(OriginId.of(request.uri()));
        boolean hedged = request.isRepeatable() && !hedges.headAfter().isZero();
        return hedged ? new Race(request).run() : inner.send(request);
    }

    private enum Attempt {
        NEITHER,
        FIRST,
        HEDGE
    }

    /**
     * Two attempts at one request. The first attempt runs on the caller's thread. The hedge runs on its own thread,
     * which waits until the hedge is due.
     *
     * <p>Phases: only the first attempt → hedged, unless the first attempt has ended by then → decided by the first
     * response, or failed.
     */
    private final class Race {
        private final OriginRequest request;
        private final RequestContext context = RequestContext.current();
        private final Cancellation first = new Cancellation();
        private final Cancellation second = new Cancellation();
        private final CountDownLatch underWay = new CountDownLatch(1);
        private final CountDownLatch settled = new CountDownLatch(1);
        private final AtomicReference<Attempt> winner = new AtomicReference<>(Attempt.NEITHER);
        private boolean begun; // guarded by this
        private final CompletableFuture<OriginResponse> hedge = new CompletableFuture<>();

        Race(OriginRequest request) {
            this.request = request;
        }

        OriginResponse run() throws OriginException {
            Thread.ofVirtual().name("hedge").start(this::hedgeInTime);
            Cancellation.Registration link = first.follow(context.cancellation());
            boolean won = false;
            try {
                OriginResponse response =
                        Hedges.telling(context(first), underWay::countDown).call(() -> inner.send(request));
                won = winner.compareAndSet(Attempt.NEITHER, Attempt.FIRST);
                if (won) {
                    return new Linked(response, link);
                }
                response.close();
                return hedged();
            } catch (OriginException e) {
                return afterFailure(e);
            } finally {
                settle();
                if (!won) {
                    link.close();
                }
            }
        }

        private ScopedValue.Carrier context(Cancellation cancellation) {
            return ScopedValue.where(RequestContext.CURRENT, context.with(cancellation));
        }

        /** Ends the race: no further hedge begins, and a hedge in progress that did not win is cancelled. */
        private void settle() {
            settled.countDown();
            underWay.countDown();
            if (winner.compareAndSet(Attempt.NEITHER, Attempt.FIRST) || winner.get() == Attempt.FIRST) {
                second.abandon();
            }
        }

        /**
         * Called when the first attempt has failed: the result of a hedge in progress then counts, unless the first
         * attempt used up all the time.
         */
        private OriginResponse afterFailure(OriginException failure) throws OriginException {
            boolean over = context.cancellation().isCancelled() || failure.failure() == OriginFailure.HEAD_TIMEOUT;
            boolean waits = !over && isHedged();
            if (!waits && winner.compareAndSet(Attempt.NEITHER, Attempt.FIRST)) {
                context.cancellation().check(subject());
                throw failure;
            }
            try {
                return hedged();
            } catch (OriginException e) {
                context.cancellation().check(subject());
                throw failure;
            }
        }

        private String subject() {
            return OriginId.of(request.uri()).authority();
        }

        /** Whether a hedge is in progress. Called once the first attempt has failed; from then on no hedge begins. */
        private boolean isHedged() {
            settled.countDown();
            underWay.countDown();
            synchronized (this) {
                return begun;
            }
        }

        private OriginResponse hedged() throws OriginException {
            try {
                return hedge.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof OriginException cause
                        ? cause
                        : new OriginException(OriginFailure.INTERRUPTED, subject(), e);
            }
        }

        private void hedgeInTime() {
            try {
                underWay.await();
                if (!settled.await(hedges.headAfter().toNanos(), TimeUnit.NANOSECONDS) && begin()) {
                    sendHedge();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                hedge.completeExceptionally(new OriginException(OriginFailure.INTERRUPTED, subject()));
            }
        }

        private boolean begin() {
            synchronized (this) {
                // The thread that ends the race checks this afterwards.
                begun = settled.getCount() > 0
                        && !suspect.test(OriginId.of(request.uri()))
                        && hedges.spend(request.uri());
                return begun;
            }
        }

        private void sendHedge() {
            log.debug(
                    "{} is slow to respond; sending the request once more",
                    request.uri().getHost());
            Cancellation.Registration link = second.follow(context.cancellation());
            boolean won = false;
            try {
                OriginResponse response =
                        context(second).call(() -> Hedges.hedge().call(() -> inner.send(request)));
                won = isAnAnswer(response) && winner.compareAndSet(Attempt.NEITHER, Attempt.HEDGE);
                if (won) {
                    hedges.won();
                    hedge.complete(new Linked(response, link));
                    first.abandon();
                } else {
                    response.close();
                }
            } catch (OriginException e) {
                log.debug("The second attempt also failed: {}", e.getMessage());
                hedge.completeExceptionally(e);
            } finally {
                if (!won) {
                    link.close();
                }
            }
        }

        /**
         * Whether the response decides the race; one that would be retried does not, so the other attempt continues.
         */
        private static boolean isAnAnswer(OriginResponse response) {
            return switch (response.status()) {
                case 429, 502, 503, 504 -> false;
                default -> true;
            };
        }
    }

    /** A response whose task can still be cancelled. */
    private static final class Linked extends ForwardingResponse {
        private final Cancellation.Registration link;

        Linked(OriginResponse response, Cancellation.Registration link) {
            super(response);
            this.link = link;
        }

        @Override
        public void close() {
            super.close();
            link.close();
        }
    }

    @Override
    public void close() {
        inner.close();
    }
}
