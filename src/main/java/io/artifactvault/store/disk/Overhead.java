package io.artifactvault.store.disk;

/** The disk space used in the folder besides complete content. For worker threads. */
public interface Overhead {
    /** How many bytes that is: content under way or unfinished, the index, the quarantine. */
    long bytes();

    /**
     * Gives up unfinished content that no fill writes, the oldest first, for that many bytes; says how many that gave.
     */
    long giveUp(long bytes);
}
