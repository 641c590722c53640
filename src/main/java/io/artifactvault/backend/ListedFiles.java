package io.artifactvault.backend;

import io.artifactvault.http.Fields;
import io.artifactvault.http.Target;
import java.io.IOException;
import java.util.List;

/**
 * The files that a list names. Pages of the ecosystem say where they are and what they are. Immutable, without I/O;
 * thread-safe.
 */
public interface ListedFiles {
    /** What the operator should know about the list, such as entries that are not for this backend; sentences. */
    List<String> notes();

    /** The pages that describe the files, each to be requested once. */
    List<Page> pages();

    /**
     * The files of the list that one page describes.
     *
     * @throws IOException if the page cannot be read
     */
    Found find(Page page, Snapshots.Response response) throws IOException;

    /** The target of a file's content, by the path that {@link #find} gave it. */
    Target file(String path);

    /** The name of that file for people. */
    String title(String path);

    /**
     * A page that describes files.
     *
     * @param title for people
     * @param fields of the request
     */
    record Page(String title, Target target, Fields fields) {}

    /**
     * The result for one page.
     *
     * @param files to be fetched
     * @param problems files of the list that are not to be fetched, and why
     * @param notes what the operator should know, in sentences
     */
    record Found(List<SnapshotFile> files, List<Problem> problems, List<String> notes) {}

    /** A file, or a part of the list, that cannot be fetched, with the reason in a sentence. */
    record Problem(String subject, String reason) {}
}
