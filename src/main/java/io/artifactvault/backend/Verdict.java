package io.artifactvault.backend;

import io.artifactvault.http.Fields;
import java.util.Optional;

/** The meaning of a chain of upstream responses for the cache. */
public sealed interface Verdict {
    /** A redirect that does not contain sufficient information: it is followed. */
    record Follow() implements Verdict {}

    /**
     * Upstream permits this caller to receive the content.
     *
     * @param here whether the last response's body is the content; false for a redirect that already identifies its
     *     target
     */
    record Content(Facts facts, boolean here) implements Verdict {}

    /** A final response other than the content, for this caller. */
    record Final(Kind kind, Fields fields, Optional<String> pointsTo) implements Verdict {}

    /**
     * Upstream demands a token that its token service issues: the engine fetches it, keeps it until it expires, and
     * repeats the request.
     *
     * @param otherwise the meaning of the response if the token service issues none, or upstream rejects the issued one
     */
    record Challenge(TokenRequest request, Final otherwise) implements Verdict {}

    /** Not a response of this origin: a login page, a middlebox, a foreign host. Never stored; 502. */
    record Unexpected(String why) implements Verdict {}

    enum Kind {
        /**
         * The caller may not receive the resource, or may not know whether it exists; a public scope is then no longer
         * public.
         */
        DENIED,
        /** The credential itself is rejected, for every resource. */
        UNAUTHENTICATED,
        /**
         * The resource does not exist at an immutable revision, which {@code pointsTo} names. Stored for {@code
         * negative_ttl}, and for {@code confirmed_negative_ttl} after upstream has repeated it: the first such response
         * may be temporarily wrong.
         */
        ABSENT_AT_REVISION,
        /** The resource does not exist now. */
        ABSENT,
        /** Upstream cannot respond properly now (429, 5xx): a stored response is better, regardless of its age. */
        UNAVAILABLE,
        /** Anything else: passed on, never stored. */
        OTHER
    }
}
