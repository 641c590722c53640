package io.artifactvault.backend;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Copies a body and changes it on the way, without holding it whole. Runs on a fill thread. */
@FunctionalInterface
public interface BodyEdit {
    /**
     * Copies until the end of the input; closes neither stream.
     *
     * @throws IOException when either stream fails, or the input is not what the edit understands
     */
    void copy(InputStream in, OutputStream out) throws IOException;
}
