package io.artifactvault.cache.lookup;

import io.artifactvault.cache.content.Progress;
import io.artifactvault.store.index.Entry;

/**
 * Lets other requests find the content that a fill fetches: lists it while it grows, and files its entry once the
 * content is stored completely.
 */
public interface Listing {
    /** Whether the same content grows already and can be followed. */
    boolean isGrowing();

    /**
     * Waits until a fill of the same content which has failed, or was given up, is gone. For threads that may wait.
     *
     * @return whether there was one
     */
    boolean awaitGone();

    /** Lists the growing content; false when the same content is listed already. */
    boolean add(Progress progress);

    /** Ends the listing: no further reader can follow the content. */
    void remove(Progress progress);

    /** The response is stored whole; false when it may not stay, because it was invalidated meanwhile. */
    boolean store(Entry whole);

    /** Removes the entry of content that upstream has replaced. */
    void forget();
}
