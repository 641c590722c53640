package io.artifactvault.cache.upstream;

import io.artifactvault.backend.Upstream;
import io.artifactvault.http.Fields;
import io.artifactvault.origin.OriginResponse;
import java.time.Duration;
import java.util.Locale;

/**
 * Limits how long the body of a response that cannot be resumed may be silent: a body that is passed through, or stored
 * without a validator for its parts. Aborting such a body loses all of it for its readers, while waiting costs only an
 * object and a connection; readers leave when they have waited long enough. Downloads that can be resumed use
 * {@code origin.idle_timeout} instead.
 */
public final class Silence {
    private static final String EVENT_STREAM = "text/event-stream";

    private Silence() {}

    /**
     * Applies the limit of the resource's backend; an event stream has none, because it is silent while there are no
     * events.
     */
    public static void allow(OriginResponse response, Upstream upstream) {
        Duration most = upstream.limits().passingStall();
        response.allowSilence(isEventStream(response.fields()) ? Duration.ZERO : most);
    }

    /** An event stream never ends, so that it cannot be stored. */
    public static boolean isEventStream(Fields fields) {
        String type = fields.first("Content-Type").orElse("").strip().toLowerCase(Locale.ROOT);
        return type.equals(EVENT_STREAM) || type.startsWith(EVENT_STREAM + ";");
    }
}
