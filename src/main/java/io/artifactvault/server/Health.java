package io.artifactvault.server;

import io.artifactvault.cache.Answer;
import io.artifactvault.cache.Body;
import io.artifactvault.cache.Errors;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The answers to {@code /healthz} and {@code /readyz}. */
public final class Health {
    private static final String VERSION = version()
            .map(version -> ",\"version\":\"" + Errors.quoted(version) + "\"")
            .orElse("");

    private Health() {}

    /** From the jar's manifest; nothing when the classes are not packaged. */
    public static Optional<String> version() {
        return Optional.ofNullable(Health.class.getPackage().getImplementationVersion());
    }

    /** The process lives and its event loops turn; the same on both ports. */
    public static Answer answer(Request request) {
        return json(request, "{\"status\":\"ok\"" + VERSION + "}");
    }

    /** Ready, or degraded: answers still come from the store and from upstream, but nothing new is kept. */
    public static Answer readiness(Request request, Optional<String> trouble) {
        return json(
                request,
                trouble.map(reason -> "{\"status\":\"degraded\",\"reason\":\"" + Errors.quoted(reason) + "\"}")
                        .orElse("{\"status\":\"ready\"}"));
    }

    private static Answer json(Request request, String text) {
        if (!request.isRead()) {
            return Errors.answer(405, "Ask with GET or HEAD.", CacheStatus.local());
        }
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        Fields fields = Fields.of(
                "Content-Type", "application/json; charset=utf-8",
                "Content-Length", Integer.toString(body.length),
                "Cache-Control", "no-store");
        return new Answer(200, fields, new Body.Bytes(body), CacheStatus.local());
    }
}
