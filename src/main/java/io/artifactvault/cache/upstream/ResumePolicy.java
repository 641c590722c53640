package io.artifactvault.cache.upstream;

import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.RequestContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Limits how often a broken stream is resumed: any number of times as long as bytes arrive between two breaks,
 * otherwise a few times. An origin that sends only a few bytes before each stall must not be resumed for ever, so a
 * stream that stalled counts as recovered only after more bytes. Confined to the stream's thread, which waits here.
 */
public final class ResumePolicy {
    /**
     * The first retry is immediate: most cuts affect a connection, not a server. Clients give up after 10 s of silence.
     */
    private static final List<Duration> PAUSES =
            List.of(Duration.ZERO, Duration.ofMillis(200), Duration.ofMillis(800), Duration.ofSeconds(2));

    /**
     * The maximum length of one pause that upstream requests, and the maximum total of all pauses while the circuit
     * breaker keeps requests from an origin.
     */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /** The shortest wait for a probe, because a probe that is due also takes some time. */
    private static final Duration SHORTEST = Duration.ofMillis(20);

    /** Bytes that must arrive before a stream that stalled or was too slow counts as healthy again. */
    private static final long RECOVERY = 1 << 20;

    private final int most;
    private int failures;
    private int stalls;
    private long sinceStall;
    private Duration leftAlone = Duration.ZERO;

    private ResumePolicy(int most) {
        this.most = most;
    }

    /** The policy for the lead, the stream on which the fill depends. */
    public static ResumePolicy ofLead() {
        return new ResumePolicy(PAUSES.size());
    }

    /** The policy for an additional stream; if it fails, the lead takes over its remaining part. */
    public static ResumePolicy ofHelper() {
        return new ResumePolicy(1);
    }

    public void progressed(int bytes) {
        failures = 0;
        leftAlone = Duration.ZERO;
        sinceStall += bytes;
        if (sinceStall >= RECOVERY) {
            stalls = 0;
        }
    }

    /**
     * Waits a little, so that the stream can be resumed.
     *
     * @throws OriginException the failure itself, if a retry is useless, or no further retry is allowed
     */
    public void afterFailure(OriginException failure) throws OriginException {
        if (waitsForProbe(failure)) {
            return;
        }
        boolean passes = failure.failure().isRetryable() || isBrief(failure);
        boolean stalled = failure.failure() == OriginFailure.BODY_STALLED;
        boolean often = failures >= most || (stalled && stalls >= most);
        if (!passes || failure.failure().isOurs() || often) {
            throw failure;
        }
        long most = PAUSES.get(failures).toNanos();
        failures++;
        if (stalled) {
            stalls++;
            sinceStall = 0;
        }
        long nanos = most == 0 ? 0 : ThreadLocalRandom.current().nextLong(most / 2, most);
        pause(nanos + (isBrief(failure) ? failure.retryAfter().orElseThrow().toNanos() : 0));
    }

    /**
     * Waits for the next probe of an origin whose circuit is open. That does not count as a retry, because the origin
     * was not contacted, unless it is unreachable for too long.
     */
    private boolean waitsForProbe(OriginException failure) throws OriginException {
        Duration again = failure.retryAfter().orElse(LONGEST);
        boolean brief = failure.failure() == OriginFailure.CIRCUIT_OPEN
                && leftAlone.plus(again).compareTo(LONGEST) < 0;
        if (brief) {
            Duration wait = again.compareTo(SHORTEST) < 0 ? SHORTEST : again;
            leftAlone = leftAlone.plus(wait);
            pause(wait.toNanos());
        }
        return brief;
    }

    /**
     * Whether the circuit of the origin is open only briefly, because all streams failed simultaneously in the middle
     * of a body that readers wait for.
     */
    private static boolean isBrief(OriginException failure) {
        return failure.retryAfter()
                .filter(after -> after.compareTo(LONGEST) <= 0)
                .isPresent();
    }

    private static void pause(long nanos) throws OriginException {
        try {
            RequestContext.current().cancellation().pause(Duration.ofNanos(nanos));
            RequestContext.current().cancellation().check("the fill");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OriginException(OriginFailure.INTERRUPTED, "the fill", e);
        }
    }
}
