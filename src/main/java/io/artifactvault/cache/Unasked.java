package io.artifactvault.cache;

import io.artifactvault.backend.Opening;
import io.artifactvault.backend.Resource;
import io.artifactvault.http.CacheStatus;

/**
 * Serves what is stored while upstream is not asked; but a snapshot that could not be finished so is refused where it begins, not in
 * its middle. Never blocks: whether it is whole is looked up on a lookup thread.
 */
record Unasked(Wholeness wholeness, Lookups lookups, Store store) {
    /** Serves what is stored. */
    @FunctionalInterface
    interface Store {
        void serve(CacheRequest<Resource> visit, Situation situation, Stored stored, CacheStatus status);
    }

    void serve(CacheRequest<Resource> visit, Situation situation, Stored stored, CacheStatus status) {
        Runnable serve = () -> store.serve(visit, situation, stored, status);
        visit.resource()
                .opens()
                .ifPresentOrElse(opening -> lookups.run(visit, () -> serveIfWhole(visit, opening, serve)), serve);
    }

    /** Whether what the visit begins could be finished without upstream. Reads the index. */
    boolean isWhole(CacheRequest<Resource> visit) {
        return visit.resource().opens().flatMap(wholeness::trouble).isEmpty();
    }

    private void serveIfWhole(CacheRequest<Resource> visit, Opening opening, Runnable serve) {
        wholeness.trouble(opening).ifPresentOrElse(sentence -> Replies.incomplete(visit, sentence), serve);
    }
}
