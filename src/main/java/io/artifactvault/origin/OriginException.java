package io.artifactvault.origin;

import io.artifactvault.http.Fields;
import io.artifactvault.http.LoopMark;
import java.time.Duration;
import java.util.Optional;

/** An origin failed. The message is a clause that is safe to log: it names hosts, never queries or credentials. */
public final class OriginException extends Exception {
    private static final long serialVersionUID = 1L;

    private final OriginFailure failure;
    private final String hostless;
    private final transient Optional<Duration> retryAfter;
    private final transient Fields limits;

    public OriginException(OriginFailure failure, String subject) {
        super(subject + ": " + failure.sentence());
        this.failure = failure;
        this.hostless = "upstream: " + failure.sentence();
        this.retryAfter = Optional.empty();
        this.limits = Fields.EMPTY;
    }

    public OriginException(OriginFailure failure, String subject, Throwable cause) {
        super(subject + ": " + failure.sentence(), cause);
        this.failure = failure;
        this.hostless = "upstream: " + failure.sentence();
        this.retryAfter = Optional.empty();
        this.limits = Fields.EMPTY;
    }

    private OriginException(String why, Throwable cause) {
        super(why, cause);
        this.failure = OriginFailure.UNEXPECTED_ANSWER;
        this.hostless = why;
        this.retryAfter = Optional.empty();
        this.limits = Fields.EMPTY;
    }

    private OriginException(
            OriginFailure failure, String subject, String clause, Optional<Duration> retryAfter, Fields limits) {
        super(subject + clause);
        this.failure = failure;
        this.hostless = "upstream" + clause;
        this.retryAfter = retryAfter;
        this.limits = limits;
    }

    /**
     * The failure of a request that the vault does not send, because it sends none to the origin for a while.
     *
     * @param why a clause that is appended to the failure's sentence
     * @param limits the origin's fields about its limits, as last received
     */
    public static OriginException notAsked(
            OriginFailure failure, String subject, String why, Duration retryAfter, Fields limits) {
        String clause = ": " + failure.sentence() + " (" + why + "; retry in " + seconds(retryAfter) + " s)";
        return new OriginException(failure, subject, clause, Optional.of(retryAfter), limits);
    }

    /**
     * The failure for a response that cannot be used.
     *
     * @param what the response was, as a predicate that names no host: {@code answered 200 (no JSON)}
     */
    public static OriginException unexpected(String host, String what) {
        OriginFailure failure = OriginFailure.UNEXPECTED_ANSWER;
        return new OriginException(
                failure, host, " " + what + ": " + failure.sentence(), Optional.empty(), Fields.EMPTY);
    }

    /**
     * The failure for content that the vault could not make from other resources.
     *
     * @param why a clause that names no host
     */
    public static OriginException unmade(String why, Throwable cause) {
        return new OriginException(why, cause);
    }

    /** The message for clients that must not learn the host names of upstream. */
    public String hostless() {
        return hostless;
    }

    public OriginFailure failure() {
        return failure;
    }

    /** When a retry may succeed, if that is known. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /**
     * Further fields for the client: Retry-After, RateLimit and RateLimit-Policy if known, and a code by which another
     * vault recognizes a loop.
     */
    public Fields clientFields() {
        if (failure == OriginFailure.LOOP_DETECTED) {
            return Fields.of("X-Error-Code", LoopMark.ERROR_CODE);
        }
        return retryAfter
                .map(after -> limits.with("Retry-After", Long.toString(seconds(after))))
                .orElse(limits);
    }

    /** The time in whole seconds, rounded up, because an earlier retry would fail. */
    private static long seconds(Duration time) {
        return Math.max(1, time.plusMillis(999).toSeconds());
    }
}
