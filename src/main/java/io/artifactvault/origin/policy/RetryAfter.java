package io.artifactvault.origin.policy;

import io.artifactvault.http.Fields;
import io.artifactvault.http.HttpDate;
import io.artifactvault.http.Scan;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The Retry-After field (RFC 9110 §10.2.3): seconds, or a date relative to the response's own Date. Pure. */
public final class RetryAfter {
    private static final int MOST_DIGITS = 9;

    private RetryAfter() {}

    public static Optional<Duration> of(Fields fields) {
        Optional<String> value = fields.first("Retry-After").map(String::strip);
        if (value.isPresent() && Scan.isNumber(value.get(), MOST_DIGITS)) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value.get())));
        }
        // Relative to the origin's own clock, which may differ from the vault's.
        Optional<Instant> sent = fields.first("Date").flatMap(HttpDate::parse);
        Optional<Instant> then = value.flatMap(HttpDate::parse);
        return sent.isPresent() && then.isPresent()
                ? Optional.of(positive(Duration.between(sent.get(), then.get())))
                : Optional.empty();
    }

    private static Duration positive(Duration time) {
        return time.isNegative() ? Duration.ZERO : time;
    }
}
