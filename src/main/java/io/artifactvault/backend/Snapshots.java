package io.artifactvault.backend;

import io.artifactvault.http.Fields;
import io.artifactvault.http.Target;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * An ecosystem's description of its snapshots: the requests that a client sends to download one, and how to read the
 * responses. No I/O; targets carry the backend's prefix.
 */
public interface Snapshots {
    /**
     * The name in its usual form.
     *
     * @param type as an operator writes it; empty for the usual type
     * @param revision empty for the usual branch
     * @throws IllegalArgumentException with a sentence, when there can be no such snapshot
     */
    SnapshotName name(String type, String repository, String revision);

    /** Whether the revision names the commit itself and so can never move. */
    boolean isFixed(SnapshotName name);

    /** What a client asks to learn the commit; its answer is a small text. */
    Target revision(SnapshotName name);

    /** The commit that an answer to {@link #revision} names; empty when it names none. */
    Optional<String> commit(Response response) throws IOException;

    /** Where the list of the files begins. */
    Target first(SnapshotName atCommit);

    /**
     * Where the list goes on after one of its answers; empty at its end.
     *
     * @throws IOException when it goes on at an address that is none
     */
    Optional<Target> next(Response response) throws IOException;

    /** The files that one of its answers names; a folder is none. */
    List<SnapshotFile> files(Response response) throws IOException;

    /**
     * Where a file's content is.
     *
     * @throws IllegalArgumentException for a path that cannot be asked for
     */
    Target file(SnapshotName name, String path);

    /** How snapshots are adopted that another program keeps; empty where none are. */
    default Optional<SnapshotImports> imports() {
        return Optional.empty();
    }

    /**
     * A response as a client gets it.
     *
     * @param fields as the client sees them
     * @param body all of its content
     */
    record Response(Fields fields, byte[] body) {}
}
