package io.artifactvault.cache.fetch;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.upstream.Resumable;
import io.artifactvault.http.Fields;
import java.util.Optional;

/** The decision about a response. */
sealed interface Ruling {
    /** Upstream confirmed the stored response (304). */
    record Confirm(Audience audience) implements Ruling {}

    /** Who may have a stored response that upstream has confirmed. */
    enum Audience {
        /** Every request that selects it: the confirmation is stored. */
        ALL,
        /** The client that asked, by what upstream said with the confirmation; what is stored stays as it was. */
        ONE,
        /** The client that asked; the stored response must not be used again. */
        ONE_FOR_THE_LAST_TIME
    }

    /** The response is stored. */
    sealed interface Keep extends Ruling {
        /**
         * Content that upstream lets the caller have, known by what an ecosystem says of it.
         *
         * @param here whether the response carries it; else it can be had where the last redirect leads
         */
        record Named(Facts facts, boolean here) implements Keep {}

        /** That something does not exist, and never will at that revision. */
        record Absence(Verdict.Final verdict) implements Keep {}

        /**
         * A response that HTTP's own rules let a shared cache store.
         *
         * @param parts by what its parts belong together; empty when it can only be stored as it comes
         */
        record Shared(Optional<Resumable> parts) implements Keep {}
    }

    /**
     * The response is streamed to the client that asked, and to no other.
     *
     * @param effect what it says of the stored response
     * @param unstorable whether it forbids storing it whatever the request was, so that the next one will not be for others either
     */
    record Pass(Effect effect, boolean unstorable) implements Ruling {
        static Pass with(Effect effect) {
            return new Pass(effect, false);
        }
    }

    /** What a response that is passed says of the stored one. */
    enum Effect {
        /** Nothing. */
        NONE,
        /** It is newer: the stored response must not be used again. */
        REPLACES,
        /** A HEAD that fits: the stored response has its fields from now on (RFC 9111 §4.3.5). */
        FRESHENS,
        /** A HEAD that does not fit: all stored responses of that target are invalid (RFC 9111 §4.3.5). */
        INVALIDATES
    }

    /**
     * Upstream does not give the caller the content.
     *
     * @param named whether the origin itself said by its own error code what is wrong
     */
    record Refuse(Verdict.Kind kind, Fields fields, boolean named) implements Ruling {}

    /**
     * Upstream cannot say now: a stored response is better, whatever its age.
     *
     * @param fields for a client that gets no stored response
     * @param unexpected why the response is not one that this origin gives; empty when it says itself that it cannot
     */
    record Unavailable(Fields fields, Optional<String> unexpected) implements Ruling {}

    /**
     * The response is of no use: the whole is asked for, without conditions.
     *
     * @param forgets whether it forbids using the stored response again
     */
    record AskForAll(boolean forgets) implements Ruling {}
}
