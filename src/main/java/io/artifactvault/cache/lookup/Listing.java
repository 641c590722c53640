package io.artifactvault.cache.lookup;

import io.artifactvault.cache.content.Progress;
import io.artifactvault.store.index.Entry;

/**
 * Lets other requests find the content that a fill fetches: lists it while it grows, and files its entry once the
 * content is stored completely.
 */
public interface Listing {
    /** Whether the same content is already growing and can be followed. */
    boolean isGrowing();

    /**
     * Waits until a failed or abandoned fill of the same content is removed. Blocks.
     *
     * @return whether there was such a fill
     */
    boolean awaitGone();

    /** Lists the growing content; returns false if the same content is already listed. */
    boolean add(Progress progress);

    /** Ends the listing: no further reader can follow the content. */
    void remove(Progress progress);

    /**
     * Stores the complete response; returns false if it must not be kept, because it was invalidated in the meantime.
     */
    boolean store(Entry whole);

    /** Removes the entry of content that upstream has replaced. */
    void forget();
}
