package io.artifactvault.server;

import io.artifactvault.cache.Answer;
import io.artifactvault.cache.Body;
import io.artifactvault.cache.Errors;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.nio.charset.StandardCharsets;

/** The answer to {@code /healthz}, the same on both ports: the process lives and its event loops turn. */
public final class Health {
    private static final byte[] OK = "{\"status\":\"ok\"}".getBytes(StandardCharsets.UTF_8);

    private Health() {}

    public static Answer answer(Request request) {
        if (!request.isRead()) {
            return Errors.answer(405, "Ask /healthz with GET or HEAD.", CacheStatus.local());
        }
        Fields fields = Fields.of(
                "Content-Type", "application/json; charset=utf-8",
                "Content-Length", Integer.toString(OK.length),
                "Cache-Control", "no-store");
        return new Answer(200, fields, new Body.Bytes(OK), CacheStatus.local());
    }
}
