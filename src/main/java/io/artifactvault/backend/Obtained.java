package io.artifactvault.backend;

import io.artifactvault.http.Fields;
import java.io.IOException;
import java.io.InputStream;

/** A response that the cache obtained on behalf of a caller, from the store or from upstream. Confined to one thread. */
public interface Obtained {
    int status();

    /** The response's fields as that caller would receive them. */
    Fields fields();

    /**
     * The content from its beginning; this method may be called once. Reading blocks while bytes have yet to arrive;
     * the owner of the response closes the stream.
     *
     * @throws IOException if it cannot be read; reading from the stream throws it for the same reason
     */
    InputStream content() throws IOException;
}
