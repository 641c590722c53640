package io.artifactvault.backend;

import io.artifactvault.http.Fields;
import java.util.Optional;

/** The meaning of a chain of upstream responses for the cache. */
public sealed interface Verdict {
    /** A redirect that says nothing yet: follow it. */
    record Follow() implements Verdict {}

    /**
     * Upstream lets this caller have the content.
     *
     * @param here whether the last answer's body is the content; false on a redirect that already says what it leads to
     */
    record Content(Facts facts, boolean here) implements Verdict {}

    /** A final answer other than the content, for this caller. */
    record Final(Kind kind, Fields fields, Optional<String> pointsTo) implements Verdict {}

    /**
     * Upstream wants a token that its token service hands out: the engine fetches it, keeps it until it ends, and asks again.
     *
     * @param otherwise what the answer means when the token service gives none, or upstream refuses the one it gave
     */
    record Challenge(TokenRequest request, Final otherwise) implements Verdict {}

    /** Not an answer that this origin gives: a login page, a middlebox, a foreign host. Never kept; 502. */
    record Alien(String why) implements Verdict {}

    enum Kind {
        /** The caller may not have it, or may not know whether it exists: closes what was open. */
        DENIED,
        /** The credential itself is refused, whatever is asked for with it. */
        UNAUTHENTICATED,
        /**
         * It does not exist at an immutable revision, which {@code pointsTo} names. Kept in the store for {@code negative_ttl}, and for
         * {@code confirmed_negative_ttl} once upstream has confirmed it after that: upstream may be wrong for a moment.
         */
        ABSENT_AT_REVISION,
        /** It does not exist now. */
        ABSENT,
        /** Upstream cannot say now (429, 5xx): a stored answer is better, whatever its age. */
        UNAVAILABLE,
        /** Anything else: passed on, never kept. */
        OTHER
    }
}
