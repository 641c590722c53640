package io.artifactvault.backend;

import io.artifactvault.http.Fields;
import java.net.URI;

/** The head of one upstream response: a redirect on the way, or the last response. */
public record UpstreamAnswer(URI uri, int status, Fields fields) {
    /** 301, 302, 303, 307 or 308. */
    public boolean isRedirect() {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }
}
