package io.artifactvault.cache;

import io.artifactvault.backend.Opening;
import io.artifactvault.cache.Serving.Offer;
import java.util.Optional;

/**
 * Serves what is stored while upstream is not asked; but a snapshot that could not be finished so is refused where it begins, not in
 * its middle. Never blocks: whether it is whole is looked up on a lookup thread.
 */
record Unasked(Wholeness wholeness, Lookups lookups, Serving serving) {
    void serve(Offer offer) {
        Optional<Opening> opening = offer.visit().resource().opens();
        if (opening.isEmpty()) {
            serving.serve(offer);
        } else {
            lookups.run(offer.visit(), () -> serveIfWhole(offer, opening.get()));
        }
    }

    /** Whether what the visit begins could be finished without upstream. Reads the index. */
    boolean isWhole(Visit visit) {
        return visit.resource().opens().flatMap(wholeness::trouble).isEmpty();
    }

    private void serveIfWhole(Offer offer, Opening opening) {
        wholeness
                .trouble(opening)
                .ifPresentOrElse(sentence -> Replies.incomplete(offer.visit(), sentence), () -> serving.serve(offer));
    }
}
