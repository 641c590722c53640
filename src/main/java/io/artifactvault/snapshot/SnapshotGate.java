package io.artifactvault.snapshot;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.Opening;
import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.SnapshotName;
import io.artifactvault.cache.request.Wholeness;
import io.artifactvault.store.blob.BlobStore;
import io.artifactvault.store.index.EntryIndex;
import io.artifactvault.store.index.Inventory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks whether all requested files of a warmed or pinned snapshot are stored. The vault does so before a client
 * starts to download such a snapshot while upstream is unreachable. Other snapshots are not checked, because only their
 * clients know which files they need.
 */
public final class SnapshotGate implements Wholeness {
    private static final Logger log = LoggerFactory.getLogger(SnapshotGate.class);

    private static final String REMEDY = "Upstream cannot be contacted now; run 'vault warm' for it later.";

    private final List<Backend> backends;
    private final Stored stored;
    private final Manifests manifests;

    public SnapshotGate(List<Backend> backends, EntryIndex index, BlobStore blobs, Inventory ledger) {
        this.backends = List.copyOf(backends);
        this.stored = new Stored(index, blobs);
        this.manifests = new Manifests(ledger);
    }

    @Override
    public Optional<String> trouble(Opening opening) {
        try {
            for (Backend backend : backends) {
                if (backend.name().equals(opening.backend())) {
                    KnownSnapshots known = new KnownSnapshots(backend, stored, Optional.empty());
                    return trouble(known, opening);
                }
            }
        } catch (SnapshotException | IOException e) {
            log.warn("Could not determine whether {} is complete: {}", opening.snapshot(), e.getMessage());
        }
        return Optional.empty();
    }

    private Optional<String> trouble(KnownSnapshots known, Opening opening) throws SnapshotException, IOException {
        Optional<SnapshotName> at = known.fixed(opening.snapshot());
        Optional<Manifests.Manifest> ordered =
                at.isPresent() ? manifests.find(opening.backend(), at.get()) : Optional.empty();
        if (at.isEmpty() || ordered.isEmpty()) {
            return Optional.empty();
        }
        Optional<FileListing> listing = known.listing(at.get());
        if (listing.isEmpty()) {
            return Optional.of(
                    opening.snapshot() + " is not stored completely: its list of files is missing. " + REMEDY);
        }
        return sentence(opening, missing(known, listing.get(), ordered.get()));
    }

    private List<String> missing(KnownSnapshots known, FileListing listing, Manifests.Manifest ordered)
            throws SnapshotException {
        List<String> missing = new ArrayList<>();
        for (SnapshotFile file : listing.files()) {
            if (ordered.selection().contains(file.path())
                    && stored.content(known.file(listing.at(), file)).isEmpty()) {
                missing.add(file.path());
            }
        }
        return missing;
    }

    private static Optional<String> sentence(Opening opening, List<String> missing) {
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("%s is not stored completely: %d files are missing, among them %s. %s"
                        .formatted(opening.snapshot(), missing.size(), missing.getFirst(), REMEDY));
    }
}
