package io.artifactvault.backend;

/** An ecosystem's formats of lists in which operators name files, such as lock files. No I/O. */
public interface FileLists {
    /**
     * Reads a list.
     *
     * @throws IllegalArgumentException with a sentence for the operator that names the file, the line or entry, and the
     *     remedy
     */
    ListedFiles read(FileList list);
}
