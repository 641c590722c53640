package io.artifactvault.admin;

import io.artifactvault.http.Fields;
import java.time.Duration;

/** A rejected call of the admin API; the message is a sentence for the caller. */
final class AdminException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Fields fields;

    AdminException(int status, String sentence) {
        this(status, sentence, Fields.EMPTY);
    }

    private AdminException(int status, String sentence, Fields fields) {
        super(sentence);
        this.status = status;
        this.fields = fields;
    }

    /** The rejection of a call because wrong tokens were recently sent from the same address. */
    static AdminException tooEarly(Duration pause) {
        long seconds = Math.max(1, pause.plusMillis(999).toSeconds());
        return new AdminException(
                429,
                "Your address sent too many wrong tokens; send the value of admin.token in " + seconds + " s.",
                Fields.of("Retry-After", Long.toString(seconds)));
    }

    /** Further fields for the response. */
    Fields fields() {
        return fields;
    }

    int status() {
        return status;
    }

    String sentence() {
        return String.valueOf(getMessage());
    }
}
