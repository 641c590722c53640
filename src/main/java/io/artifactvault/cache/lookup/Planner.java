package io.artifactvault.cache.lookup;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.backend.Resource;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Request;
import io.artifactvault.http.caching.RequestPolicy;
import io.artifactvault.store.index.EntryIndex;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides how to handle a request according to RFC 9111 §4 and §5.2.1, for every backend. Backends differ in the source
 * of a stored response's lifetime, and in who may receive it. Pure: no I/O, no clock.
 */
public final class Planner {
    /** The number of characters that are reserved in a key for the suffix that distinguishes variants. */
    private static final int ROOM_FOR_VARIANTS = 96;

    private Planner() {}

    /**
     * Plans one request.
     *
     * @param passes the reason for forwarding the request regardless of the stored state, if there is one
     * @param minInterval the minimum time between two revalidations of a stored response, whatever the requests demand
     */
    public static Plan plan(
            Request request, Optional<Forward> passes, Candidate candidate, Duration minInterval, Instant now) {
        return passes.<Plan>map(Plan.Pass::new)
                .orElseGet(() -> plan(RequestPolicy.of(request.fields()), candidate, minInterval, now));
    }

    private static Plan plan(RequestPolicy directives, Candidate candidate, Duration minInterval, Instant now) {
        Optional<StoredResponse> stored = candidate.stored();
        boolean usable = stored.isPresent() && stored.get().isUsable(directives, now);
        if (usable && candidate.allowed()) {
            return new Plan.Serve(stored.get(), false);
        }
        if (directives.isOnlyIfCached()) {
            return new Plan.Nothing();
        }
        if (candidate.allowed() && stored.isPresent() && stored.get().isJustConfirmed(minInterval, now)) {
            return new Plan.Confirmed(stored.get());
        }
        if (directives.forbidsStoring()) {
            return new Plan.Pass(stored.isPresent() ? Forward.REQUEST : candidate.otherwise());
        }
        if (stored.isEmpty()) {
            return new Plan.Ask(candidate.otherwise());
        }
        if (candidate.allowed() && directives.isPatient() && stored.get().isUsableMeanwhile(now)) {
            return new Plan.Serve(stored.get(), true);
        }
        return new Plan.Ask(stored.get().freshness().isFreshAt(now) ? Forward.REQUEST : Forward.STALE);
    }

    /**
     * The reason to pass a request to an ecosystem's resource through: stored responses serve only GET and HEAD, and
     * POST if the resource is requested with it.
     */
    public static Optional<Forward> passes(Request request, Resource resource) {
        if (!request.isRead() && resource.requestBody().isEmpty()) {
            return Optional.of(Forward.METHOD);
        }
        return resource.isStorable() && isKeepable(resource.key()) ? Optional.empty() : Optional.of(Forward.BYPASS);
    }

    /**
     * The reason to pass a request to any HTTP origin through. Only the origin can evaluate conditions on its own state
     * (RFC 9111 §4.3.2), and only it knows the meaning of content in a GET or HEAD (RFC 9110 §9.3.1).
     */
    public static Optional<Forward> passes(Request request, HttpResource resource) {
        if (!request.isRead()) {
            return Optional.of(Forward.METHOD);
        }
        boolean conditional =
                request.fields().has("If-Match") || request.fields().has("If-Unmodified-Since");
        if (conditional || !request.isPlainRead()) {
            return Optional.of(Forward.REQUEST);
        }
        return isKeepable(resource.key()) ? Optional.empty() : Optional.of(Forward.BYPASS);
    }

    /**
     * Whether responses under a key may be stored: not if the target is extremely long, because the index would hold
     * such a key several times.
     */
    public static boolean isKeepable(String key) {
        return key.length() <= EntryIndex.LONGEST_KEY - ROOM_FOR_VARIANTS;
    }
}
