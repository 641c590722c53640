package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Resource.Name;
import io.artifactvault.store.PointerValue;
import java.time.Instant;
import java.util.Optional;

/** Names whose value is told by another resource: when that must be asked, and what is asked for once it is known. Pure. */
final class Tellers {
    private Tellers() {}

    /** The resource to ask before all else; empty when the name has a value that is fresh, or its own answer tells it. */
    static Optional<Resource> toAsk(Resource resource, Situation situation, Instant now) {
        return resource.name()
                .filter(name -> situation
                        .pointer()
                        .filter(value -> isFresh(name, value, now))
                        .isEmpty())
                .flatMap(Name::teller);
    }

    private static boolean isFresh(Name name, PointerValue value, Instant now) {
        return now.isBefore(value.askedAt().plus(name.ttl()));
    }

    /** The visit at the value of such a name, where it has one: upstream is then asked at that value too. */
    static Visit beyond(Visit visit, Situation situation) {
        boolean told = visit.resource().name().flatMap(Name::teller).isPresent()
                && situation.pointer().isPresent();
        return told ? visit.at(situation.actual()) : visit;
    }
}
