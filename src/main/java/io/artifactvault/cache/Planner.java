package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Request;
import io.artifactvault.store.Entry;
import java.time.Duration;
import java.time.Instant;

/** Decides what a request needs. Pure: no I/O, no clock of its own. */
final class Planner {
    private Planner() {}

    /**
     * Plans one request.
     *
     * @param allowed whether this caller may be sent stored answers of the resource's scope
     */
    static Plan plan(Request request, Resource resource, Situation situation, boolean allowed, Instant now) {
        if (!request.isRead() && resource.question().isEmpty()) {
            return new Plan.Pass(Forward.METHOD);
        }
        if (!resource.isStorable()) {
            return new Plan.Pass(Forward.BYPASS);
        }
        if (situation.entry().isEmpty()) {
            return new Plan.Ask(Forward.URI_MISS);
        }
        Entry entry = situation.entry().get();
        Duration left = left(resource, situation, entry, now);
        if (left.isNegative() || left.isZero()) {
            return new Plan.Ask(Forward.STALE);
        }
        return allowed ? new Plan.Serve(entry, left.toSeconds()) : new Plan.Ask(Forward.REQUEST);
    }

    /** How long what is stored may still be used: the shorter of the name's and the entry's freshness. */
    static Duration left(Resource resource, Situation situation, Entry entry, Instant now) {
        if (entry.isUnconfirmed()) {
            return Duration.ZERO;
        }
        Duration ofEntry = situation.actual().lifetime().minus(Duration.between(entry.checkedAt(), now));
        return resource.name()
                .flatMap(name ->
                        situation.pointer().map(pointer -> name.ttl().minus(Duration.between(pointer.askedAt(), now))))
                .filter(ofName -> ofName.compareTo(ofEntry) < 0)
                .orElse(ofEntry);
    }
}
