package io.artifactvault.cache.content;

import java.io.IOException;

/** The result of looking up an entry's content in the store. */
public sealed interface Loaded {
    /** The content is stored and can be read. */
    record Here(Content content) implements Loaded {}

    /** The content is missing, or was found damaged and removed: it must be fetched. */
    record Gone() implements Loaded {}

    /**
     * The content cannot be read now, for lack of file descriptors or because of a disk error. That does not prove
     * damage, so the content stays stored, and the request is served from upstream.
     */
    record Unreadable(IOException why) implements Loaded {}
}
