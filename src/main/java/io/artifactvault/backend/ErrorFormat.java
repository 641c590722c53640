package io.artifactvault.backend;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Scan;
import java.nio.charset.StandardCharsets;

/**
 * The format of the vault's errors for a backend's clients: errors of the cache, and errors that the router and the
 * server create below the backend's mount (404, 405, 413, 429, 503 and others). Called on event loops; never blocks.
 */
@FunctionalInterface
public interface ErrorFormat {
    /** JSON {@code {"error": …}}, and the same sentence in X-Error-Message: the vault's format outside every mount. */
    ErrorFormat JSON = (_, sentence, fields) -> {
        Fields.Builder all = fields.toBuilder();
        if (!fields.has("X-Error-Message")) {
            all.set("X-Error-Message", Scan.masked(sentence, Scan::isPrintable));
        }
        all.set("Content-Type", "application/json; charset=utf-8");
        String json = "{\"error\":\"" + quoted(sentence) + "\"}";
        return new Text(all.build(), json.getBytes(StandardCharsets.UTF_8));
    };

    /**
     * An error in the form that its client reads.
     *
     * @param fields with Content-Type; the vault sets Content-Length and Cache-Control
     */
    record Text(Fields fields, byte[] body) {}

    /**
     * Writes an error.
     *
     * @param sentence for people; contains no credential and no query, but any other characters
     * @param fields that belong to the error, such as Retry-After, Allow, X-Error-Code, or upstream's fields of its own
     *     error
     */
    Text write(int status, String sentence, Fields fields);

    /** The text as it appears between the quotes of a JSON string. */
    static String quoted(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }
}
