package io.artifactvault.cache;

import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Directives;
import io.artifactvault.http.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** Decides what a request needs by RFC 9111 §4 and §5.2.1. Pure: no I/O, no clock of its own. */
final class SharedPlanner {
    private SharedPlanner() {}

    /**
     * Plans one request.
     *
     * @param stored what the request selects, if anything
     * @param othersStored whether there are answers for the same target that the request does not select
     */
    static SharedPlan plan(Request request, Optional<Stored> stored, boolean othersStored, Instant now) {
        if (!request.isRead()) {
            return new SharedPlan.Pass(Forward.METHOD);
        }
        if (request.fields().has("If-Match") || request.fields().has("If-Unmodified-Since")) {
            // Only the origin can tell (RFC 9111 §4.3.2).
            return new SharedPlan.Pass(Forward.REQUEST);
        }
        Directives asked = Directives.of(request.fields());
        if (stored.isPresent() && isUsable(stored.get(), asked, now)) {
            return new SharedPlan.Serve(stored.get(), false);
        }
        if (asked.has("only-if-cached")) {
            return new SharedPlan.Nothing();
        }
        if (stored.isEmpty()) {
            return new SharedPlan.Ask(othersStored ? Forward.VARY_MISS : Forward.URI_MISS, false);
        }
        if (isPatient(asked) && stored.get().isUsableMeanwhile(now)) {
            return new SharedPlan.Serve(stored.get(), true);
        }
        boolean fresh = stored.get().freshness().isFreshAt(now);
        return new SharedPlan.Ask(fresh ? Forward.REQUEST : Forward.STALE, !asked.has("no-store"));
    }

    private static boolean isUsable(Stored stored, Directives asked, Instant now) {
        if (asked.has("no-cache") || asked.has("no-store") || stored.policy().needsValidation()) {
            return false;
        }
        Duration age = stored.freshness().age(now);
        Duration left = stored.freshness().left(now);
        OptionalLong oldest = asked.seconds("max-age");
        boolean young = oldest.isEmpty() || age.compareTo(Duration.ofSeconds(oldest.getAsLong())) <= 0;
        Duration needed = Duration.ofSeconds(asked.seconds("min-fresh").orElse(0));
        boolean fresh = left.isPositive() && left.compareTo(needed) >= 0;
        return young && (fresh || isAcceptedStale(stored, asked, left, needed));
    }

    /** §5.2.1.2: max-stale, where the response does not forbid it. */
    private static boolean isAcceptedStale(Stored stored, Directives asked, Duration left, Duration needed) {
        if (!asked.has("max-stale") || stored.policy().forbidsStale() || !needed.isZero()) {
            return false;
        }
        boolean any = asked.hasBare("max-stale");
        Duration most = Duration.ofSeconds(asked.seconds("max-stale").orElse(0));
        return any || left.negated().compareTo(most) <= 0;
    }

    /** Whether the request leaves it to the cache what to use. */
    private static boolean isPatient(Directives asked) {
        return !asked.has("no-cache") && !asked.has("no-store") && !asked.has("max-age") && !asked.has("min-fresh");
    }
}
