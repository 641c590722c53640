package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Resource.Name;
import io.artifactvault.http.Directives;
import io.artifactvault.http.RequestPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Names whose value is told by another resource: when that must be asked, and what is asked for once it is known. Pure. */
final class NameResolution {
    private static final RequestPolicy SILENT = new RequestPolicy(Directives.NONE);

    private NameResolution() {}

    /** Whether only the request's wish would have the name's value confirmed, which it was less than the floor ago. */
    static boolean isJustConfirmed(CacheRequest<Resource> visit, Situation situation, Duration floor, Instant now) {
        return toAsk(visit, situation, now).isPresent()
                && toAsk(visit.resource(), SILENT, situation, now).isEmpty()
                && situation
                        .pointer()
                        .filter(value -> now.isBefore(value.askedAt().plus(floor)))
                        .isPresent();
    }

    /** The resource to ask before all else; empty when the name's value may be used, or its own answer tells it. */
    static Optional<Resource> toAsk(CacheRequest<Resource> visit, Situation situation, Instant now) {
        RequestPolicy asked = RequestPolicy.of(visit.request().fields());
        return asked.isOnlyIfCached() ? Optional.empty() : toAsk(visit.resource(), asked, situation, now);
    }

    /** Whether the name's value is old, for all that was asked: its teller did not renew it. */
    static boolean isOld(Resource resource, Situation situation, Instant now) {
        return situation.pointer().isPresent()
                && toAsk(resource, SILENT, situation, now).isPresent();
    }

    private static Optional<Resource> toAsk(Resource resource, RequestPolicy asked, Situation situation, Instant now) {
        return resource.name()
                .filter(name -> situation
                        .pointer()
                        .filter(value -> asked.accepts(Stored.ofName(name, value), Stored.SILENT, now))
                        .isEmpty())
                .flatMap(Name::teller);
    }

    /** The visit at the value of such a name, where it has one: upstream is then asked at that value too. */
    static CacheRequest<Resource> beyond(CacheRequest<Resource> visit, Situation situation) {
        boolean told = visit.resource().name().flatMap(Name::teller).isPresent()
                && situation.pointer().isPresent();
        return told ? visit.at(situation.actual()) : visit;
    }
}
