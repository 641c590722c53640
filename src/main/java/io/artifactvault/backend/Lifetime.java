package io.artifactvault.backend;

import java.time.Duration;

/**
 * How long a stored response may be reused without a request to upstream.
 *
 * @param time the lifetime by rule, or the default if the response gives none
 * @param byResponse whether the response itself determines the lifetime (RFC 9111 §4.2): Cache-Control, Expires, Date
 *     and Age must then be among the stored fields
 */
public record Lifetime(Duration time, boolean byResponse) {
    /** The lifetime of responses that cannot change. */
    public static final Lifetime FOREVER = byRule(Duration.ofDays(36_500));

    /** A fixed lifetime, which counts from upstream's confirmation of the response. */
    public static Lifetime byRule(Duration time) {
        return new Lifetime(time, false);
    }

    /** @param otherwise the lifetime if the response gives none */
    public static Lifetime byResponse(Duration otherwise) {
        return new Lifetime(otherwise, true);
    }
}
