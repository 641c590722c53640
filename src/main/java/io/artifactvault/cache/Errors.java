package io.artifactvault.cache;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Scan;
import java.nio.charset.StandardCharsets;

/** Error answers as Hub clients read them: JSON {@code {"error": …}} and the same sentence in X-Error-Message. */
public final class Errors {
    private Errors() {}

    /** An error of the vault's own. The sentence must hold no credential and no query. */
    public static Answer answer(int status, String sentence, CacheStatus cacheStatus) {
        return answer(status, Fields.EMPTY, sentence, cacheStatus);
    }

    /** The same with fields of its own, which win. */
    public static Answer answer(int status, Fields fields, String sentence, CacheStatus cacheStatus) {
        Fields.Builder all = fields.toBuilder();
        if (!fields.has("X-Error-Message")) {
            all.set("X-Error-Message", ascii(sentence));
        }
        byte[] body = json(sentence);
        all.set("Content-Type", "application/json; charset=utf-8")
                .set("Content-Length", Integer.toString(body.length))
                .set("Cache-Control", "no-store");
        return new Answer(status, all.build(), new Body.Bytes(body), cacheStatus).asOwn();
    }

    static byte[] json(String sentence) {
        return ("{\"error\":\"" + quoted(sentence) + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    /** The text as it stands between the quotes of a JSON string. */
    public static String quoted(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }

    /** Field values carry printable ASCII only. */
    private static String ascii(String sentence) {
        return Scan.masked(sentence, Scan::isPrintable);
    }
}
