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
     * Waits until a failed or abandoned fill of the same content is removed. For threads that may wait.
     *
     * @return whether there was one
     */
    boolean awaitGone();

    /** Lists the growing content; false if the same content is already listed. */
    boolean add(Progress progress);

    /** Ends the listing: no further reader can follow the content. */
    void remove(Progress progress);

    /** The response is stored completely; false if it must not stay, because it was invalidated in the meantime. */
    boolean store(Entry whole);

    /** Removes the entry of content that upstream has replaced. */
    void forget();
}
