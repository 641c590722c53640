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
    private static final RequestPolicy NO_DIRECTIVES = new RequestPolicy(Directives.NONE);

    private NameResolution() {}

    /**
     * Whether a request for the name's value can be skipped: only the client's directive demands it, and the value was
     * confirmed less than the minimum interval ago.
     */
    public static boolean isJustConfirmed(
            CacheRequest<Resource> request, Lookup<Resource> found, Duration minInterval, Instant now) {
        return toRequest(request, found, now).isPresent()
                && toRequest(request.resource(), NO_DIRECTIVES, found, now).isEmpty()
                && found.pointer()
                        .filter(value -> now.isBefore(value.askedAt().plus(minInterval)))
                        .isPresent();
    }

    /**
     * The resource to request first; empty if the name's value may be used, or the response to the request itself
     * supplies it.
     */
    public static Optional<Resource> toRequest(CacheRequest<Resource> request, Lookup<Resource> found, Instant now) {
        RequestPolicy directives = RequestPolicy.of(request.message().fields());
        return directives.isOnlyIfCached() ? Optional.empty() : toRequest(request.resource(), directives, found, now);
    }

    /** Whether the name's value is still outdated after the resource that supplies it was requested. */
    public static boolean isStale(Resource resource, Lookup<Resource> found, Instant now) {
        return found.pointer().isPresent()
                && toRequest(resource, NO_DIRECTIVES, found, now).isPresent();
    }

    private static Optional<Resource> toRequest(
            Resource resource, RequestPolicy directives, Lookup<Resource> found, Instant now) {
        return resource.name()
                .filter(name -> found.pointer()
                        .filter(value ->
                                directives.accepts(StoredResponse.ofName(name, value), StoredResponse.SILENT, now))
                        .isEmpty())
                .flatMap(Name::resolvedBy);
    }

    /**
     * The request for the resource at the value of its name, if the name has one; the request to upstream then uses the
     * same value.
     */
    public static CacheRequest<Resource> atValue(CacheRequest<Resource> request, Lookup<Resource> found) {
        boolean resolvedFirst =
                request.resource().name().flatMap(Name::resolvedBy).isPresent()
                        && found.pointer().isPresent();
        return resolvedFirst ? request.at(found.resolved()) : request;
    }
}
