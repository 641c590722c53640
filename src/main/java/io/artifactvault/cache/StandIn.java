package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an ecosystem's answers in the store may do while upstream cannot say, or is not asked: for those who may have them without
 * asking, as long as upstream has not been silent for too long. Never blocks.
 */
record StandIn(Engine engine, Unasked unasked) {
    private static final Logger log = LoggerFactory.getLogger(StandIn.class);

    /** Upstream could not say: what is stored will do, for those who may have it without asking. */
    void serve(CacheRequest<Resource> visit, Situation situation, String reason, Runnable otherwise) {
        Optional<Stored> usable = usableOnError(visit, situation);
        if (usable.isPresent() && mayBeToldWithoutAsking(visit, situation)) {
            serveStale(visit, situation, usable.get(), reason);
        } else {
            // For a caller who may not have it, it is as if it were not stored.
            otherwise.run();
        }
    }

    private void serveStale(CacheRequest<Resource> visit, Situation situation, Stored stored, String reason) {
        Instant now = now();
        log.info(
                "Serving {} from the store without upstream ({}), which {} {} s ago",
                visit.title(),
                reason,
                stored.entry().isUnconfirmed() ? "has not confirmed it since it was imported" : "confirmed it",
                Duration.between(situation.heardAt(), now).toSeconds());
        unasked.serve(visit, situation, stored, stored.standIn(reason, now));
    }

    /** What is fresh needs no standing in, but upstream will not be asked for the rest of a snapshot either. */
    void serveFresh(CacheRequest<Resource> visit, Situation situation, Stored stored) {
        unasked.serve(visit, situation, stored, stored.hit(now()));
    }

    Optional<Stored> stored(CacheRequest<Resource> visit, Situation situation) {
        return situation.stored(visit.resource(), engine.settings(), now());
    }

    private Optional<Stored> usableOnError(CacheRequest<Resource> visit, Situation situation) {
        return stored(visit, situation).filter(stored -> engine.settings().offline() || stored.isUsableOnError(now()));
    }

    /** Whether what is stored would do if upstream were not asked now. */
    boolean wouldDo(CacheRequest<Resource> visit, Situation situation) {
        return usableOnError(visit, situation).isPresent() && mayBeToldWithoutAsking(visit, situation);
    }

    /** The same while upstream takes long: a snapshot that could not be finished without it waits for it. Reads the index. */
    boolean mayServeMeanwhile(CacheRequest<Resource> visit, Situation situation) {
        return wouldDo(visit, situation) && unasked.isWhole(visit);
    }

    /** A repository once seen open to all stays so while upstream is silent; a grant of one's own ends with its time. */
    private boolean mayBeToldWithoutAsking(CacheRequest<Resource> visit, Situation situation) {
        return situation.publicAt().isPresent()
                || situation
                        .actual()
                        .scope()
                        .map(scope -> engine.access().grants().allows(visit.caller(), scope, Optional.empty(), now()))
                        .orElse(true);
    }

    private Instant now() {
        return engine.clock().instant();
    }
}
