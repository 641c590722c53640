package io.artifactvault.backend;

import io.artifactvault.http.Fields;
import io.artifactvault.http.conditional.ByteRange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * How the vault makes the content of a resource from other resources, instead of requesting it from upstream. The
 * content must depend on nothing but the resource's key.
 */
@FunctionalInterface
public interface Making {
    /**
     * Writes the content. Blocks: runs in a place of its own, which no fill needs.
     *
     * @return the fields to store with the content
     * @throws IOException if a source cannot be obtained or read; its message is sent to the client, with 502
     */
    Fields write(Sources sources, OutputStream out) throws IOException;

    /** Obtains resources of the same backend for the caller. Blocks. */
    @FunctionalInterface
    interface Sources {
        /**
         * Obtains a resource as a request of that caller would.
         *
         * @param part the part of the content that is needed; empty for all of it
         * @throws IOException if the vault stops, or no client waits any more
         */
        Obtained obtain(Resource resource, Optional<ByteRange> part) throws IOException;
    }
}
