package io.artifactvault.snapshot;

import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.backend.SnapshotName;
import io.artifactvault.backend.Snapshots;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.http.Target;
import java.io.IOException;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Requests snapshots through the vault exactly as a client would, so that the same access checks, request collapsing
 * and verification apply. Blocking; thread-safe.
 */
record SnapshotSource(KnownSnapshots known, VaultRequests requests) {
    /** The snapshot at the current commit of its revision. */
    SnapshotName fixed(SnapshotName name) throws SnapshotException, InterruptedException {
        Snapshots.Response told = response(known.snapshots().revision(name), name.toString());
        return name.at(known.commit(name, told));
    }

    /** Ensures that the response for the commit itself is stored. */
    void askForRevision(SnapshotName name) throws SnapshotException, InterruptedException {
        response(known.snapshots().revision(name), name.toString());
    }

    FileListing listing(SnapshotName at) throws SnapshotException, InterruptedException {
        KnownSnapshots.Pages pages = known.new Pages(at);
        for (Optional<Target> page = pages.first(); page.isPresent(); ) {
            page = pages.add(page.get(), response(page.get(), at.toString()));
        }
        return pages.listing();
    }

    /**
     * Requests a file and waits until it has arrived; if upstream refuses the file, the exception's message says why.
     */
    void fetch(SnapshotName at, SnapshotFile file, LongConsumer moved)
            throws SnapshotException, IOException, InterruptedException {
        Answer answer = ask(known.target(at, file), file.path());
        BodyDrain.follow(answer.body(), moved);
    }

    private Snapshots.Response response(Target target, String title) throws SnapshotException, InterruptedException {
        Answer answer = ask(target, title);
        return new Snapshots.Response(answer.fields(), VaultRequests.body(answer, title));
    }

    private Answer ask(Target target, String title) throws SnapshotException, InterruptedException {
        return requests.ask(known.request(target), title);
    }
}
