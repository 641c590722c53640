package io.artifactvault.backend.oci;

import io.artifactvault.backend.ErrorFormat;
import io.artifactvault.backend.Resolution;
import io.artifactvault.http.Fields;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Errors as the distribution specification defines them: {@code {"errors": [{"code": …, "message": …}]}}. */
final class OciErrors {
    /** In the fields of an error: its code, which {@link #FORMAT} moves into the content. */
    static final String CODE = "X-Error-Code";

    /** In the fields of an error: its sentence. */
    static final String SENTENCE = "X-Error-Message";

    static final String NAME_INVALID = "NAME_INVALID";
    static final String NAME_UNKNOWN = "NAME_UNKNOWN";
    static final String MANIFEST_UNKNOWN = "MANIFEST_UNKNOWN";
    static final String BLOB_UNKNOWN = "BLOB_UNKNOWN";
    static final String DIGEST_INVALID = "DIGEST_INVALID";
    static final String UNSUPPORTED = "UNSUPPORTED";
    private static final String UNKNOWN = "UNKNOWN";

    private static final Set<String> CODES =
            Set.of(NAME_INVALID, NAME_UNKNOWN, MANIFEST_UNKNOWN, BLOB_UNKNOWN, DIGEST_INVALID, UNSUPPORTED);

    static final ErrorFormat FORMAT = (status, sentence, fields) -> {
        String code = fields.first(CODE).filter(CODES::contains).orElseGet(() -> code(status));
        String json = "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"" + ErrorFormat.quoted(sentence) + "\"}]}";
        return new ErrorFormat.Text(
                fields.without(CODE).without(SENTENCE).with("Content-Type", "application/json"),
                json.getBytes(StandardCharsets.UTF_8));
    };

    private OciErrors() {}

    private static String code(int status) {
        return switch (status) {
            case 401 -> "UNAUTHORIZED";
            case 403 -> "DENIED";
            case 404 -> NAME_UNKNOWN;
            case 405 -> UNSUPPORTED;
            case 429 -> "TOOMANYREQUESTS";
            case 502, 503, 504 -> "UNAVAILABLE";
            default -> UNKNOWN;
        };
    }

    /** The fields of an error that upstream gave. */
    static Fields fields(String code, String sentence) {
        return Fields.of(CODE, code, SENTENCE, sentence);
    }

    static Resolution.Local local(int status, String code, String sentence) {
        Fields fields = Fields.of(CODE, code);
        // RFC 9110 §15.5.6.
        ErrorFormat.Text error =
                FORMAT.write(status, sentence, status == 405 ? fields.with("Allow", "GET, HEAD") : fields);
        return new Resolution.Local(status, error.fields(), error.body());
    }
}
