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
     * @return what was read on the way and is to be kept among the answer's fields
     * @throws IOException when either stream fails, or the input is not what the edit understands
     */
    Fields copy(InputStream in, OutputStream out) throws IOException;

    /** Part of the ETag of every edited body; to be changed with what the edit does, so that clients fetch it anew. */
    default String version() {
        return "v1";
    }
}
