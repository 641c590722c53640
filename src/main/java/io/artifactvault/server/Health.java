package io.artifactvault.server;

import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.Errors;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The responses to {@code /healthz} and {@code /readyz}. */
public final class Health {
    private static final String VERSION = version()
            .map(version -> ",\"version\":\"" + Errors.quoted(version) + "\"")
            .orElse("");

    private Health() {}

    /** The version from the jar's manifest; empty if the classes are not packaged in a jar. */
    public static Optional<String> version() {
        return Optional.ofNullable(Health.class.getPackage().getImplementationVersion());
    }

    /** The process runs and its event loops respond; both ports give this response. */
    public static Answer answer(Request request) {
        return json(request, "{\"status\":\"ok\"" + VERSION + "}");
    }

    /**
     * 200 while requests are accepted, degraded or not; 503 while the vault drains, so that load balancers use other
     * servers.
     */
    public static Answer readiness(Request request, Readiness readiness) {
        return switch (readiness) {
            case Readiness.Ready() -> json(request, "{\"status\":\"ready\"}");
            case Readiness.Degraded(String reason) ->
                json(request, "{\"status\":\"degraded\",\"reason\":\"" + Errors.quoted(reason) + "\"}");
            case Readiness.Draining() -> json(request, 503, "{\"status\":\"draining\"}");
        };
    }

    private static Answer json(Request request, String text) {
        return json(request, 200, text);
    }

    private static Answer json(Request request, int status, String text) {
        if (!request.isRead()) {
            return Errors.answer(405, "This path supports GET and HEAD only.", CacheStatus.local());
        }
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        Fields fields = Fields.of(
                "Content-Type", "application/json; charset=utf-8",
                "Content-Length", Integer.toString(body.length),
                "Cache-Control", "no-store");
        return new Answer(status, fields, new Body.Bytes(body), CacheStatus.local());
    }
}
