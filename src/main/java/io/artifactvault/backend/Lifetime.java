package io.artifactvault.backend;

import java.time.Duration;

/**
 * How long a stored response may be reused without asking upstream.
 *
 * @param time by rule, or where the response says nothing
 * @param byResponse whether the response says so itself (RFC 9111 §4.2): Cache-Control, Expires, Date and Age then have to be among
 *     the fields that are kept
 */
public record Lifetime(Duration time, boolean byResponse) {
    /** Of what cannot change. */
    public static final Lifetime FOREVER = byRule(Resource.FOREVER);

    /** Counted from when upstream confirmed it. */
    public static Lifetime byRule(Duration time) {
        return new Lifetime(time, false);
    }

    /** @param otherwise for a response that says nothing */
    public static Lifetime byResponse(Duration otherwise) {
        return new Lifetime(otherwise, true);
    }
}
