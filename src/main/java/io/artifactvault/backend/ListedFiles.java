package io.artifactvault.backend;

import io.artifactvault.http.Fields;
import io.artifactvault.http.Target;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The files that a list names. Pages of the ecosystem say where they are and what they are, and may lead to further
 * pages. Immutable, without I/O;
 * thread-safe.
 */
public interface ListedFiles {
    /** What the operator should know about the list, such as entries that are not for this backend; sentences. */
    List<String> notes();

    /** The pages that describe the files, each to be requested once. */
    List<Page> pages();

    /** The target of a file's content, by the path that its page gave it. */
    Target file(String path);

    /** The name of that file for people. */
    String title(String path);

    /**
     * Whether upstream permits access by address, so that content must be requested at each address that the list has
     * for it, although it is stored already.
     */
    default boolean isPermittedByAddress() {
        return false;
    }

    /**
     * A page that describes files.
     *
     * @param title for people
     * @param fields of the request
     * @param reader of the response
     * @param missing the result if upstream has no such page; empty if it must have it
     */
    record Page(String title, Target target, Fields fields, Reader reader, Optional<Found> missing) {
        /** A page that upstream must have. */
        public Page(String title, Target target, Fields fields, Reader reader) {
            this(title, target, fields, reader, Optional.empty());
        }
    }

    /** Finds the files of the list that one page describes. Any thread. */
    @FunctionalInterface
    interface Reader {
        /** @throws IOException if the page cannot be read */
        Found read(Snapshots.Response response) throws IOException;
    }

    /**
     * The result for one page.
     *
     * @param pages further pages that describe files
     * @param files to be fetched
     * @param problems files of the list that are not to be fetched, and why
     * @param notes what the operator should know, in sentences
     */
    record Found(List<Page> pages, List<SnapshotFile> files, List<Problem> problems, List<String> notes) {
        /** Nothing but further pages. */
        public static Found next(List<Page> pages) {
            return new Found(pages, List.of(), List.of(), List.of());
        }
    }

    /** A file, or a part of the list, that cannot be fetched, with the reason in a sentence. */
    record Problem(String subject, String reason) {}
}
