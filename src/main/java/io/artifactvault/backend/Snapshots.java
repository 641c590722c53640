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
     * The name in its canonical form.
     *
     * @param type as an operator writes it; empty for the default type
     * @param revision empty for the default branch
     * @throws IllegalArgumentException with a sentence, if no such snapshot can exist
     */
    SnapshotName name(String type, String repository, String revision);

    /** Whether the revision names the commit itself and so can never change. */
    boolean isFixed(SnapshotName name);

    /** The target that a client requests to learn the commit; the response is a small text. */
    Target revision(SnapshotName name);

    /** The commit that a response to {@link #revision} names; empty if it names none. */
    Optional<String> commit(Response response) throws IOException;

    /** The first page of the file list. */
    Target first(SnapshotName atCommit);

    /**
     * The next page of the file list, according to one of its responses; empty at its end.
     *
     * @throws IOException if the address of the next page is invalid
     */
    Optional<Target> next(Response response) throws IOException;

    /** The files that one page of the list names; folders are omitted. */
    List<SnapshotFile> files(Response response) throws IOException;

    /**
     * The target of a file's content.
     *
     * @throws IllegalArgumentException for a path that cannot be requested
     */
    Target file(SnapshotName name, String path);

    /** How to import snapshots that another program stores; empty if that is not supported. */
    default Optional<SnapshotImports> imports() {
        return Optional.empty();
    }

    /**
     * A response as a client receives it.
     *
     * @param fields as the client sees them
     * @param body all of its content
     */
    record Response(Fields fields, byte[] body) {}
}
