package io.artifactvault.http.caching;

import io.artifactvault.http.Fields;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * The demands of a request's Cache-Control on a cache (RFC 9111 §5.2.1). Immutable.
 *
 * @param directives those of the request
 */
public record RequestPolicy(Directives directives) {
    public static RequestPolicy of(Fields request) {
        return new RequestPolicy(Directives.of(request));
    }

    /** §5.2.1.7: whether the request must not be forwarded to upstream. */
    public boolean isOnlyIfCached() {
        return directives.has("only-if-cached");
    }

    /** §5.2.1.5: whether the response must not be stored. */
    public boolean forbidsStoring() {
        return directives.has("no-store");
    }

    /** Whether a stored response may be used without validation, according to both request and response. */
    public boolean accepts(Freshness freshness, CachePolicy response, Instant now) {
        if (directives.has("no-cache") || forbidsStoring() || response.needsValidation()) {
            return false;
        }
        return isYoungEnough(freshness.age(now)) && isFreshEnough(freshness.left(now), response);
    }

    /** §5.2.1.1: max-age. */
    private boolean isYoungEnough(Duration age) {
        OptionalLong oldest = directives.seconds("max-age");
        return oldest.isEmpty() || age.compareTo(Duration.ofSeconds(oldest.getAsLong())) <= 0;
    }

    /** §5.2.1.3: min-fresh. */
    private boolean isFreshEnough(Duration left, CachePolicy response) {
        Duration needed = Duration.ofSeconds(directives.seconds("min-fresh").orElse(0));
        boolean fresh = left.isPositive() && left.compareTo(needed) >= 0;
        return fresh || (needed.isZero() && acceptsStale(left.negated(), response));
    }

    /** §5.2.1.2: max-stale, unless the response forbids it. */
    private boolean acceptsStale(Duration staleness, CachePolicy response) {
        if (!directives.has("max-stale") || response.forbidsStale()) {
            return false;
        }
        Duration most = Duration.ofSeconds(directives.seconds("max-stale").orElse(0));
        return directives.hasBare("max-stale") || staleness.compareTo(most) <= 0;
    }

    /** Whether the request makes no demands on freshness. */
    public boolean isPatient() {
        return !directives.has("no-cache")
                && !forbidsStoring()
                && !directives.has("max-age")
                && !directives.has("min-fresh");
    }
}
