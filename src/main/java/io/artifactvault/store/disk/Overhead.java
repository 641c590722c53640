package io.artifactvault.store.disk;

/** The disk space in the folder that is used by anything other than complete content. Called on worker threads. */
public interface Overhead {
    /** The size in bytes: content being written or incomplete, the index, the quarantine. */
    long bytes();

    /**
     * Removes incomplete content that no fill writes, the oldest first, to free that many bytes; returns the number of
     * bytes freed.
     */
    long giveUp(long bytes);
}
