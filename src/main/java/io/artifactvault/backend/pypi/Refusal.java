package io.artifactvault.backend.pypi;

import io.artifactvault.backend.ErrorFormat;
import io.artifactvault.backend.Resolution;
import io.artifactvault.http.Fields;
import java.nio.charset.StandardCharsets;

/** Errors for the clients of package indexes, which show the reason or the text. */
final class Refusal {
    static final ErrorFormat FORMAT = (status, sentence, fields) -> new ErrorFormat.Text(
            fields.with("Content-Type", "text/plain; charset=utf-8"),
            (sentence + "\n").getBytes(StandardCharsets.UTF_8));

    private Refusal() {}

    /** An error that needs neither the cache nor upstream. */
    static Resolution of(int status, String sentence) {
        ErrorFormat.Text text = FORMAT.write(status, sentence, Fields.of("Cache-Control", "no-store"));
        return new Resolution.Local(status, text.fields(), text.body(), sentence);
    }
}
