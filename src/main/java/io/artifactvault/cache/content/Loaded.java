package io.artifactvault.cache.content;

import java.io.IOException;

/** The result of looking up an entry's content in the store. */
public sealed interface Loaded {
    /** It is stored and can be read. */
    record Here(Content content) implements Loaded {}

    /** It is definitely missing, or was found damaged and removed: it must be fetched. */
    record Gone() implements Loaded {}

    /**
     * It cannot be read now, for lack of file descriptors or because of a disk error. That does not show that it is
     * damaged, so it is kept, and the request is served past the store.
     */
    record Unreadable(IOException why) implements Loaded {}
}
