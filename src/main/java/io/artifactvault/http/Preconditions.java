package io.artifactvault.http;

import java.time.Instant;
import java.util.Optional;

/**
 * The conditional fields of a request against the validators of the representation it would get (RFC 9110 §13.2.2),
 * for GET and HEAD. If-None-Match goes before If-Modified-Since; If-Range decides whether Range counts.
 */
public final class Preconditions {
    public enum Outcome {
        PROCEED,
        NOT_MODIFIED,
        FAILED
    }

    private Preconditions() {}

    public static Outcome evaluate(Fields request, Optional<EntityTag> etag, Optional<Instant> lastModified) {
        return Outcome.PROCEED;
    }

    /** Whether Range may be honoured: true without If-Range, else only on a strong match (RFC 9110 §13.1.5). */
    public static boolean rangeApplies(Fields request, Optional<EntityTag> etag, Optional<Instant> lastModified) {
        return true;
    }
}
