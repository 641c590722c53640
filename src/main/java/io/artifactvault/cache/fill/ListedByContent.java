package io.artifactvault.cache.fill;

import io.artifactvault.cache.content.Progress;
import io.artifactvault.cache.lookup.Listing;
import io.artifactvault.cache.upstream.Representation;
import io.artifactvault.cache.work.Fetches;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.EntryIndex;
import java.util.Optional;

/**
 * Lists content by its digest, its validator or its key, so that all requests for it share one fill. Used on a fill's
 * thread.
 */
record ListedByContent(Fetches fills, EntryIndex index, Representation content) implements Listing {
    @Override
    public boolean isGrowing() {
        return fills.isGrowing(content.key());
    }

    @Override
    public boolean awaitGone() {
        return fills.awaitGone(content.key());
    }

    @Override
    public boolean add(Progress progress) {
        return fills.register(content.key(), progress);
    }

    @Override
    public void remove(Progress progress) {
        fills.unregister(content.key(), progress);
    }

    /**
     * Stores the complete entry. If only a validator ties the entry to the content, it may have been confirmed or
     * replaced in the meantime, so the current entry is used.
     */
    @Override
    public boolean store(Entry whole) {
        if (content.entry().content().isEmpty() || content.isProven()) {
            index.put(whole);
        } else {
            whole.blob()
                    .ifPresent(sha256 -> current()
                            .ifPresent(now -> index.put(
                                    now.withBlob(sha256, whole.length().orElseThrow()))));
        }
        return true;
    }

    @Override
    public void forget() {
        current().ifPresent(now -> index.remove(now.key()));
    }

    /** The current entry in the index for the growing content. */
    private Optional<Entry> current() {
        Entry entry = content.entry();
        return index.load(entry.key()).filter(now -> now.content().equals(entry.content()));
    }
}
