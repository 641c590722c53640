package io.artifactvault.origin;

import io.artifactvault.http.Fields;
import java.time.Duration;
import java.util.Optional;

/** An origin failed. The message is a clause fit for clients and logs: it names hosts, never queries or credentials. */
public final class OriginException extends Exception {
    private static final long serialVersionUID = 1L;

    private final OriginFailure failure;
    private final transient Optional<Duration> retryAfter;
    private final transient Fields limits;

    public OriginException(OriginFailure failure, String subject) {
        super(subject + ": " + failure.sentence());
        this.failure = failure;
        this.retryAfter = Optional.empty();
        this.limits = Fields.EMPTY;
    }

    public OriginException(OriginFailure failure, String subject, Throwable cause) {
        super(subject + ": " + failure.sentence(), cause);
        this.failure = failure;
        this.retryAfter = Optional.empty();
        this.limits = Fields.EMPTY;
    }

    private OriginException(OriginFailure failure, String message, Duration retryAfter, Fields limits) {
        super(message);
        this.failure = failure;
        this.retryAfter = Optional.of(retryAfter);
        this.limits = limits;
    }

    /**
     * The vault itself does not ask for a while.
     *
     * @param why a clause that goes on from the failure's own
     * @param limits the origin's own fields about its limits, as it sent them last
     */
    static OriginException notAsked(
            OriginFailure failure, String subject, String why, Duration retryAfter, Fields limits) {
        String message = subject + ": " + failure.sentence() + " (" + why + "; again in " + seconds(retryAfter) + " s)";
        return new OriginException(failure, message, retryAfter, limits);
    }

    public OriginFailure failure() {
        return failure;
    }

    /** When it may be worth trying again, if that is known. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /** What a client should be told besides: Retry-After, RateLimit and RateLimit-Policy where they are known. */
    public Fields clientFields() {
        return retryAfter
                .map(after -> limits.with("Retry-After", Long.toString(seconds(after))))
                .orElse(limits);
    }

    /** Whole seconds, rounded up: who comes earlier comes in vain. */
    private static long seconds(Duration time) {
        return Math.max(1, time.plusMillis(999).toSeconds());
    }
}
