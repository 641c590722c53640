package io.artifactvault.origin;

import io.artifactvault.http.Fields;
import java.net.URI;
import java.time.Duration;

/** One response in a redirect chain: a redirect that was followed, or the final response. */
public record Hop(URI uri, int status, Fields fields, Duration took) {
    /** 301, 302, 303, 307 or 308. */
    public boolean isRedirect() {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }
}
