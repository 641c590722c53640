package io.artifactvault.cache.fetch;

import io.artifactvault.cache.content.Progress;
import io.artifactvault.cache.lookup.Arrivals;
import io.artifactvault.cache.lookup.Listing;
import io.artifactvault.store.index.Entry;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A response without a digest or strong validator, so that nothing proves which parts belong together. While it grows,
 * requests find it in {@link Arrivals}; once it is stored completely, in the index. A body that breaks off is never
 * kept (RFC 9111 §3.3). Confined to one task.
 */
final class ArrivingListing implements Listing {
    private final Arrivals arrivals;
    private final HttpFiling filing;
    private final Entry entry;
    private @Nullable Progress progress;

    ArrivingListing(Arrivals arrivals, HttpFiling filing, Entry entry) {
        this.arrivals = arrivals;
        this.filing = filing;
        this.entry = entry;
    }

    /** The progress of the content, once the content is listed. */
    Optional<Progress> progress() {
        return Optional.ofNullable(progress);
    }

    /** Always false: each response to one key has content of its own. */
    @Override
    public boolean isGrowing() {
        return false;
    }

    @Override
    public boolean awaitGone() {
        return false;
    }

    @Override
    public boolean add(Progress growing) {
        if (filing.announce(entry)) {
            arrivals.begin(entry, growing);
        }
        progress = growing;
        return true;
    }

    @Override
    public void remove(Progress growing) {
        arrivals.end(entry, growing);
    }

    @Override
    public boolean store(Entry whole) {
        return filing.put(whole);
    }

    @Override
    public void forget() {
        // The response is not in the index before it is complete.
    }
}
