package io.artifactvault.origin.policy;

import io.artifactvault.http.OriginId;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.RequestContext;
import io.artifactvault.origin.RetrySettings;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retries requests that may be sent twice and that failed before their response began: a failed connection, a reset
 * before the head, 502, 503, 504, and 429 with Retry-After. Waits on the caller's thread: exponential backoff with full
 * jitter, or Retry-After if that fits into the time limit. Does not retry when the origin was recently unreachable or
 * when the same request recently failed in spite of retries, because a retry would then only delay the client's error.
 * A persistent error response is returned unchanged; a persistent failure is thrown. Thread-safe.
 */
final class RetryingOrigin implements Origin {
    private static final Logger log = LoggerFactory.getLogger(RetryingOrigin.class);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);

    /**
     * Failures that a retry may fix, before the response had begun. HEAD_TIMEOUT is excluded because it has waited long
     * enough.
     */
    private static final Set<OriginFailure> RETRIED = EnumSet.of(
            OriginFailure.DNS_FAILED,
            OriginFailure.CONNECT_REFUSED,
            OriginFailure.CONNECT_TIMEOUT,
            OriginFailure.RESET_BEFORE_HEAD,
            OriginFailure.PROXY_UNREACHABLE,
            OriginFailure.PROXY_FAILED);

    private final Origin inner;
    private final RetrySettings settings;
    private final RetryBudget budget;
    private final Pacing pacing;
    private final RandomGenerator random;
    private final Predicate<OriginId> suspect;
    private final FailedPaths failed;

    RetryingOrigin(Origin inner, RetrySettings settings, Pacing pacing, RandomGenerator random) {
        this(inner, settings, pacing, random, _ -> false);
    }

    /** @param suspect whether an origin was recently unreachable */
    RetryingOrigin(
            Origin inner, RetrySettings settings, Pacing pacing, RandomGenerator random, Predicate<OriginId> suspect) {
        this.inner = inner;
        this.suspect = suspect;
        this.failed = new FailedPaths(settings.time());
        this.settings = settings;
        this.budget = new RetryBudget(settings.budget(), pacing);
        this.pacing = pacing;
        this.random = random;
    }

    @Override
    public OriginResponse send(OriginRequest request) throws OriginException {
        budget.earn();
        if (!request.isRepeatable()) {
            return inner.send(request);
        }
        Duration deadline = pacing.now().plus(settings.time());
        Result result = attempt(request);
        for (int tries = 1; tries < settings.tries(); tries++) {
            Optional<Duration> pause = result.pause(request, tries).filter(time -> fits(time, deadline));
            if (pause.isEmpty() || isHopeless(request, result) || !budget.spend()) {
                break;
            }
            log.debug(
                    "Retrying {} in {} ms: {}",
                    request.uri().getHost(),
                    pause.get().toMillis(),
                    result.reason());
            result.discard();
            pause(request, pause.get());
            result = attempt(within(request, deadline));
        }
        remember(request, result);
        return result.orThrow();
    }

    /**
     * Whether a retry is useless, because the same request recently failed in spite of retries: clients repeat their
     * requests themselves.
     */
    private boolean isHopeless(OriginRequest request, Result result) {
        return suspect.test(OriginId.of(request.uri()))
                || (result.isFailure() && failed.contains(request, pacing.now()));
    }

    private void remember(OriginRequest request, Result result) {
        if (result.isFailure()) {
            failed.add(request, pacing.now());
        } else {
            failed.remove(request);
        }
    }

    private OriginRequest within(OriginRequest request, Duration deadline) {
        Duration left = deadline.minus(pacing.now());
        return request.connectingWithin(left.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : left);
    }

    private Result attempt(OriginRequest request) {
        try {
            return new Answered(inner.send(request));
        } catch (OriginException e) {
            return new Failed(e);
        }
    }

    private boolean fits(Duration pause, Duration deadline) {
        return pacing.now().plus(pause).compareTo(deadline) < 0;
    }

    private void pause(OriginRequest request, Duration time) throws OriginException {
        try {
            pacing.pause(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OriginException(OriginFailure.INTERRUPTED, request.uri().getHost(), e);
        }
        RequestContext.current().cancellation().check(request.uri().getHost());
    }

    /**
     * The pause before a retry, with full jitter, so that requests that failed at the same time are not retried at the
     * same time.
     */
    private Duration backoff(int tries) {
        long most = FIRST_BACKOFF.toNanos() << (2 * (tries - 1));
        return Duration.ofNanos(random.nextLong(most) + 1);
    }

    /**
     * The pause that Retry-After demands. Only a request that a client waits for may wait this long. Each waits a
     * little longer than demanded, so that they are not all sent at the same time.
     */
    private Optional<Duration> afterWait(OriginRequest request, Optional<Duration> wait, int tries) {
        return wait.filter(_ -> request.purpose().urgent()).map(time -> time.plus(backoff(tries)));
    }

    /** The outcome of one attempt. */
    private sealed interface Result {
        /** How long to wait before the next attempt; empty when there will be none. */
        Optional<Duration> pause(OriginRequest request, int tries);

        /**
         * Whether the attempt failed in a way that a retry may fix. An exhausted rate limit does not count, because
         * only waiting fixes it.
         */
        boolean isFailure();

        OriginResponse orThrow() throws OriginException;

        String reason();

        void discard();
    }

    private final class Answered implements Result {
        private final OriginResponse response;

        Answered(OriginResponse response) {
            this.response = response;
        }

        @Override
        public Optional<Duration> pause(OriginRequest request, int tries) {
            Optional<Duration> wait = RetryAfter.of(response.fields());
            return switch (response.status()) {
                case 502, 503, 504 -> wait.isPresent() ? afterWait(request, wait, tries) : Optional.of(backoff(tries));
                case 429 -> afterWait(request, wait, tries);
                default -> Optional.empty();
            };
        }

        @Override
        public boolean isFailure() {
            int status = response.status();
            return status == 502 || status == 503 || status == 504;
        }

        @Override
        public OriginResponse orThrow() {
            return response;
        }

        @Override
        public String reason() {
            return "it responded " + response.status();
        }

        @Override
        public void discard() {
            response.close();
        }
    }

    private final class Failed implements Result {
        private final OriginException cause;

        Failed(OriginException cause) {
            this.cause = cause;
        }

        @Override
        public Optional<Duration> pause(OriginRequest request, int tries) {
            if (cause.failure() == OriginFailure.RATE_LIMITED) {
                return afterWait(request, cause.retryAfter(), tries);
            }
            return RETRIED.contains(cause.failure()) ? Optional.of(backoff(tries)) : Optional.empty();
        }

        @Override
        public boolean isFailure() {
            return RETRIED.contains(cause.failure());
        }

        @Override
        public OriginResponse orThrow() throws OriginException {
            throw cause;
        }

        @Override
        public String reason() {
            return String.valueOf(cause.getMessage());
        }

        @Override
        public void discard() {}
    }

    @Override
    public void close() {
        inner.close();
    }
}
