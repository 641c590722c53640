package io.artifactvault.snapshot;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.SnapshotName;
import io.artifactvault.http.Digest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/** A repository at a revision, listed by the ecosystem. */
record RepositorySubject(JobRequest request, SnapshotSource source, Stored stored, Manifests manifests)
        implements Subject {
    private KnownSnapshots known() {
        return source.known();
    }

    @Override
    public FileListing listing() throws SnapshotException, InterruptedException {
        return source.listing(source.fixed(request.snapshot()));
    }

    @Override
    public FileListing knownListing() throws SnapshotException, InterruptedException {
        Optional<SnapshotName> here = known().fixed(request.snapshot());
        SnapshotName at = here.isPresent() ? here.get() : source.fixed(request.snapshot());
        Optional<FileListing> noted = known().listing(at);
        return noted.isPresent() ? noted.get() : source.listing(at);
    }

    /** The patterns with which the snapshot was warmed. */
    @Override
    public Selection selection(SnapshotName at) throws SnapshotException, IOException {
        return manifests
                .find(request.backend(), known().trueName(at))
                .map(Manifests.Manifest::selection)
                .orElse(Selection.ALL);
    }

    @Override
    public void order(FileListing listing, Instant asked) throws SnapshotException, InterruptedException {
        keepManifest(listing.at());
        known().point(request.snapshot(), listing, asked);
        source.askForRevision(listing.at());
    }

    /** A repository that was renamed is requested under both its names. */
    private void keepManifest(SnapshotName at) throws SnapshotException {
        manifests.keep(request.backend(), at, request.snapshot().revision(), request.selection());
        SnapshotName trueName = known().trueName(at);
        if (!trueName.equals(at)) {
            manifests.keep(request.backend(), trueName, request.snapshot().revision(), request.selection());
        }
    }

    @Override
    public String title(SnapshotFile file) {
        return file.path();
    }

    @Override
    public Optional<Digest> content(SnapshotName at, SnapshotFile file) throws SnapshotException {
        return stored.content(known().file(at, file));
    }

    @Override
    public void fetch(SnapshotName at, SnapshotFile file, LongConsumer moved)
            throws SnapshotException, IOException, InterruptedException {
        source.fetch(at, file, moved);
    }

    /** A file has one address. */
    @Override
    public void stored(SnapshotFile file) {}

    @Override
    public Set<Digest> answers(FileListing listing) throws SnapshotException {
        List<Resource> responses = new ArrayList<>(listing.pages());
        responses.addAll(known().revisions(request.snapshot(), listing.at()));
        return stored.contents(responses);
    }

    /** A pin names a commit; pins of other commits stay. */
    @Override
    public void pinned(SnapshotName at) {}
}
