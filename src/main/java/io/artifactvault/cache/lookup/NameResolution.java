package io.artifactvault.cache.lookup;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Resource.Name;
import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.http.caching.Directives;
import io.artifactvault.http.caching.RequestPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Resolves names whose value another resource supplies: when to request that resource, and what to request once the
 * value is known. Pure.
 */
public final class NameResolution {
    private static final RequestPolicy SILENT = new RequestPolicy(Directives.NONE);

    private NameResolution() {}

    /**
     * Whether only the request's directive would revalidate the name's value, which was confirmed less than the floor
     * ago.
     */
    public static boolean isJustConfirmed(
            CacheRequest<Resource> visit, Lookup<Resource> found, Duration floor, Instant now) {
        return toAsk(visit, found, now).isPresent()
                && toAsk(visit.resource(), SILENT, found, now).isEmpty()
                && found
                        .pointer()
                        .filter(value -> now.isBefore(value.askedAt().plus(floor)))
                        .isPresent();
    }

    /**
     * The resource to request first; empty if the name's value may be used, or the response to the request itself
     * supplies it.
     */
    public static Optional<Resource> toAsk(CacheRequest<Resource> visit, Lookup<Resource> found, Instant now) {
        RequestPolicy asked = RequestPolicy.of(visit.request().fields());
        return asked.isOnlyIfCached() ? Optional.empty() : toAsk(visit.resource(), asked, found, now);
    }

    /** Whether the name's value is still outdated after the requests: its teller did not renew it. */
    public static boolean isOld(Resource resource, Lookup<Resource> found, Instant now) {
        return found.pointer().isPresent()
                && toAsk(resource, SILENT, found, now).isPresent();
    }

    private static Optional<Resource> toAsk(
            Resource resource, RequestPolicy asked, Lookup<Resource> found, Instant now) {
        return resource.name()
                .filter(name -> found
                        .pointer()
                        .filter(value -> asked.accepts(StoredResponse.ofName(name, value), StoredResponse.SILENT, now))
                        .isEmpty())
                .flatMap(Name::teller);
    }

    /** The request at the value of such a name, if it has one: the request to upstream then uses that value too. */
    public static CacheRequest<Resource> beyond(CacheRequest<Resource> visit, Lookup<Resource> found) {
        boolean told = visit.resource().name().flatMap(Name::teller).isPresent()
                && found.pointer().isPresent();
        return told ? visit.at(found.resolved()) : visit;
    }
}
