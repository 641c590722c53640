package io.artifactvault.cache.upstream;

import io.artifactvault.backend.Upstream;
import io.artifactvault.http.Fields;
import io.artifactvault.origin.OriginResponse;
import java.time.Duration;
import java.util.Locale;

/**
 * Limits how long the body of a response that cannot be resumed may be silent: a body that is passed through, or stored
 * without a validator for its parts. If such a body is aborted, its readers lose all of it, while a wait occupies only
 * an object and a connection; and readers can end the wait by leaving. Downloads that can be resumed use {@code
 * origin.idle_timeout} instead.
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

    /** Whether the response is an event stream, which never ends and therefore cannot be stored. */
    public static boolean isEventStream(Fields fields) {
        String type = fields.first("Content-Type").orElse("").strip().toLowerCase(Locale.ROOT);
        return type.equals(EVENT_STREAM) || type.startsWith(EVENT_STREAM + ";");
    }
}
