package io.artifactvault.backend;

import java.util.List;
import java.util.Optional;

/** An ecosystem's formats of lists in which operators name files, such as lock files. No I/O. */
public interface FileLists {
    /** The ecosystem as operators name it, such as {@code pypi}: backends of one ecosystem read the same formats. */
    String ecosystem();

    /**
     * A reader for lists whose files belong to several backends; empty if a list is for one backend.
     *
     * @param all those of the ecosystem's backends, this one included
     */
    default Optional<FileLists> together(List<FileLists> all) {
        return Optional.empty();
    }

    /**
     * Reads a list.
     *
     * @throws IllegalArgumentException with a sentence for the operator that names the file, the line or entry, and the
     *     remedy
     */
    ListedFiles read(FileList list);
}
