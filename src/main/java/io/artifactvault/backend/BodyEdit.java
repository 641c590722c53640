package io.artifactvault.backend;

import io.artifactvault.http.Fields;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Copies a body and may change it on the way, without holding the whole body. Blocks: runs on a task's virtual thread
 * or in a fill's place.
 */
@FunctionalInterface
public interface BodyEdit {
    /**
     * Copies until the end of the input; closes neither stream.
     *
     * @return values read on the way, to be stored among the response's fields
     * @throws IOException if either stream fails, or the edit cannot parse the input
     */
    Fields copy(InputStream in, OutputStream out) throws IOException;

    /**
     * Part of the ETag of every edited body; must change whenever the edit's result changes, so that clients fetch the
     * body again.
     */
    default String version() {
        return "v1";
    }

    /** Whether it only checks: the body stays as upstream sent it, and its ETag too. */
    default boolean keepsBody() {
        return false;
    }
}
