package io.artifactvault.cache;

import io.artifactvault.cache.request.CacheRequest;
import io.artifactvault.cache.request.Presentation;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.store.index.Entry;
import java.util.List;

/**
 * A stored or growing response that one request may receive. Immutable.
 *
 * @param status how the response was obtained
 * @param missing fetches the content if the store does not have it
 * @param attempt how many times the content was looked up for this request, which is limited
 * @param joins whether another request's fill fetches the content
 */
public record Offer(
        CacheRequest<?> request,
        Representation content,
        Presentation presentation,
        CacheStatus status,
        Missing missing,
        int attempt,
        boolean joins) {
    /**
     * Fetches content that the store does not have or cannot read. Called on event loops and lookup threads; never
     * blocks them.
     */
    public interface Missing {
        /**
         * Fetches content that is neither stored nor growing, and then has the offer served.
         *
         * @param wanted the parts that the response needs
         */
        void fetch(Offer offer, List<ByteRange> wanted);

        /** Responds from upstream although the content is stored, because it cannot be read now. */
        void bypass(Offer offer);
    }

    /** An offer whose content is looked up for the first time. */
    public static Offer of(
            CacheRequest<?> request,
            Representation content,
            Presentation presentation,
            CacheStatus status,
            Missing missing) {
        return new Offer(request, content, presentation, status, missing, 0, true);
    }

    Entry entry() {
        return content.entry();
    }

    Offer with(CacheStatus newStatus) {
        return new Offer(request, content, presentation, newStatus, missing, attempt, joins);
    }

    /** A copy with the current entry of the index. */
    Offer with(Entry now) {
        return new Offer(request, content.with(now), presentation, status, missing, attempt, joins);
    }

    /** A copy for an offer whose content is being filled; {@code byAnother} if another request began the fill. */
    Offer filled(boolean byAnother) {
        return new Offer(request, content, presentation, status, missing, attempt, byAnother);
    }

    public Offer attempted(int times) {
        return new Offer(request, content, presentation, status, missing, times, joins);
    }

    Offer again() {
        return attempted(attempt + 1);
    }
}
