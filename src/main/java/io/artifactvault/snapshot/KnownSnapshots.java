package io.artifactvault.snapshot;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.Opening;
import io.artifactvault.backend.Resolution;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.SnapshotName;
import io.artifactvault.backend.Snapshots;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.PointerValue;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks up one backend's snapshots in the store; never contacts upstream. Blocking; thread-safe. */
final class KnownSnapshots {
    private static final String BASE = "http://vault";
    private static final int MOST_PAGES = 10_000;

    private final Backend backend;
    private final Snapshots snapshots;
    private final Stored stored;
    private final Optional<Credential> credential;

    /** The last argument is the credential for the requests. */
    KnownSnapshots(Backend backend, Stored stored, Optional<Credential> credential) {
        this.backend = backend;
        this.snapshots = backend.snapshots().orElseThrow();
        this.stored = stored;
        this.credential = credential;
    }

    Snapshots snapshots() {
        return snapshots;
    }

    /** The snapshot at the last known commit of its revision. */
    Optional<SnapshotName> fixed(SnapshotName name) throws SnapshotException {
        if (snapshots.isFixed(name)) {
            return Optional.of(name);
        }
        Optional<Snapshots.Response> told = response(snapshots.revision(name), name);
        return told.isPresent() ? Optional.of(name.at(commit(name, told.get()))) : Optional.empty();
    }

    String commit(SnapshotName name, Snapshots.Response told) throws SnapshotException {
        try {
            return snapshots
                    .commit(told)
                    .orElseThrow(() -> new SnapshotException("Upstream did not return a commit for " + name + "."));
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    /** The list of files; empty if one of its pages is not stored. */
    Optional<FileListing> listing(SnapshotName at) throws SnapshotException {
        Pages pages = new Pages(at);
        for (Optional<Target> page = pages.first(); page.isPresent(); ) {
            Optional<Snapshots.Response> told = response(page.get(), at);
            if (told.isEmpty()) {
                return Optional.empty();
            }
            page = pages.add(page.get(), told.get());
        }
        return Optional.of(pages.listing());
    }

    /** The response that a client would get from the store. */
    private Optional<Snapshots.Response> response(Target target, SnapshotName name) throws SnapshotException {
        Resource resource = resource(target);
        try {
            Optional<Entry> entry = stored.entry(resource);
            Optional<byte[]> body = entry.isPresent() ? stored.bytes(resource) : Optional.empty();
            return body.map(bytes ->
                    new Snapshots.Response(resource.present(entry.orElseThrow().fields(), request(target)), bytes));
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    Resource file(SnapshotName at, SnapshotFile file) throws SnapshotException {
        return resource(target(at, file));
    }

    Target target(SnapshotName at, SnapshotFile file) throws SnapshotException {
        try {
            return snapshots.file(at, file.path());
        } catch (IllegalArgumentException e) {
            throw new SnapshotException("Upstream lists a file of " + at + " under a name that cannot be requested.");
        }
    }

    /** The snapshot under upstream's name for the repository, if that is known; clients use that name too. */
    SnapshotName trueName(SnapshotName name) throws SnapshotException {
        return resource(snapshots.revision(name)).opens().map(Opening::snapshot).orElse(name);
    }

    /** The resources for the name and for the commit itself, as clients request them. */
    List<Resource> revisions(SnapshotName asked, SnapshotName at) throws SnapshotException {
        return List.of(resource(snapshots.revision(asked)), resource(snapshots.revision(at)));
    }

    /** Points the name to the commit of the listing until upstream is asked again. */
    void point(SnapshotName asked, FileListing listing, Instant askedAt) throws SnapshotException {
        if (!listing.files().isEmpty()) {
            file(asked, listing.files().getFirst())
                    .name()
                    .ifPresent(name -> stored.index()
                            .putPointer(
                                    name.key(), new PointerValue(listing.at().revision(), askedAt)));
        }
    }

    Request request(Target target) {
        Fields.Builder fields = Fields.builder().add("Accept", "*/*").add("User-Agent", "artifact-vault-warm");
        credential.ifPresent(own -> fields.add("Authorization", own.reveal()));
        return new Request("GET", target, fields.build(), BASE, Optional.empty());
    }

    Resource resource(Target target) throws SnapshotException {
        if (backend.resolve(request(target)) instanceof Resolution.Found(Resource resource)) {
            return resource;
        }
        throw new SnapshotException("Backend " + backend.name() + " does not serve " + target.path() + ".");
    }

    static SnapshotException unreadable(SnapshotName name, IOException e) {
        return new SnapshotException(
                "Could not read the stored list of files of " + name + ": " + e.getMessage() + ".");
    }

    /** The pages of a list, in order. */
    final class Pages {
        private final SnapshotName at;
        private final List<SnapshotFile> files = new ArrayList<>();
        private final List<Resource> pages = new ArrayList<>();

        Pages(SnapshotName at) {
            this.at = at;
        }

        Optional<Target> first() {
            return Optional.of(snapshots.first(at));
        }

        /** Adds one page and returns the address of the next. */
        Optional<Target> add(Target page, Snapshots.Response told) throws SnapshotException {
            if (pages.size() >= MOST_PAGES) {
                throw new SnapshotException("The list of files of " + at + " has too many pages.");
            }
            try {
                files.addAll(snapshots.files(told));
                pages.add(resource(page));
                return snapshots.next(told);
            } catch (IOException e) {
                throw unreadable(at, e);
            }
        }

        FileListing listing() {
            return new FileListing(at, List.copyOf(files), List.copyOf(pages));
        }
    }
}
