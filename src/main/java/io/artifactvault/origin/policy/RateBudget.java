package io.artifactvault.origin.policy;

import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import io.artifactvault.origin.OriginResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * One rate limit of an origin for one credential, as described by the origin's responses. It is open; short, when few
 * requests of the window remain; or spent, after a 429, until the time that the origin gave is over. Guarded by this.
 */
final class RateBudget {
    private static final Set<String> TOLD_TO_CLIENTS = Set.of("ratelimit", "ratelimit-policy");

    private Optional<RateReport> report = Optional.empty();
    private Duration windowEnd = Duration.ZERO;
    private Duration spentUntil = Duration.ZERO;
    private Fields fields = Fields.EMPTY;

    synchronized void learn(Optional<RateReport> news, Duration now) {
        if (news.isPresent()) {
            report = news;
            windowEnd = now.plus(news.get().window());
        }
    }

    /** Records a 429. */
    synchronized void refused(OriginResponse response, Optional<RateReport> news, Duration now) {
        fields = response.fields().only(TOLD_TO_CLIENTS);
        // An explicit value from the origin takes precedence over one derived from its window.
        Optional<Duration> wait = RetryAfter.of(response.fields()).or(() -> news.map(RateReport::window));
        spentUntil = now.plus(wait.orElse(Duration.ZERO));
    }

    /** Limits the waiting time. */
    synchronized void shorten(Duration longest, Duration now) {
        Duration latest = now.plus(longest);
        spentUntil = spentUntil.compareTo(latest) > 0 ? latest : spentUntil;
    }

    /** How long no request may be sent; empty when requests may be sent now. */
    synchronized Optional<Duration> spent(Duration now) {
        return left(spentUntil, now);
    }

    /** How long only urgent requests may be sent; empty when all requests may be sent now. */
    synchronized Optional<Duration> isShort(int reserve, Duration now) {
        return report.filter(known -> known.isShort(reserve)).flatMap(_ -> left(windowEnd, now));
    }

    /** What remains now; empty when the origin has reported nothing that is still valid. */
    synchronized Optional<RateReading> reading(OriginId origin, String limit, Duration now) {
        return spent(now)
                .map(wait -> new RateReading(origin, limit, 0, wait))
                .or(() -> report.flatMap(known ->
                        left(windowEnd, now).map(reset -> new RateReading(origin, limit, known.remaining(), reset))));
    }

    private static Optional<Duration> left(Duration until, Duration now) {
        return until.compareTo(now) > 0 ? Optional.of(until.minus(now)) : Optional.empty();
    }

    /** RateLimit and RateLimit-Policy of the last refusal. */
    synchronized Fields fields() {
        return fields;
    }
}
