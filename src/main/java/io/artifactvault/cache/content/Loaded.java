package io.artifactvault.cache.content;

import java.io.IOException;

/** The result of looking up an entry's content in the store. */
public sealed interface Loaded {
    /** It is there, and can be read. */
    record Here(Content content) implements Loaded {}

    /** It is certainly not there, or was proven damaged and taken out: it has to be fetched. */
    record Gone() implements Loaded {}

    /**
     * It cannot be read now, for want of descriptors or because the disk refuses. That proves nothing, so it stays as it is, and the
     * request goes past the store.
     */
    record Unreadable(IOException why) implements Loaded {}
}
