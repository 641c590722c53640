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

    /** Who may receive a stored response that upstream has confirmed. */
    enum Audience {
        /** Every request that selects it: the confirmation is stored. */
        ALL,
        /**
         * Only the requesting client, because the fields of the confirmation demand that; the stored response stays
         * unchanged.
         */
        ONE,
        /** Only the requesting client; the stored response must not be used again. */
        ONE_FOR_THE_LAST_TIME
    }

    /** The response is stored. */
    sealed interface Keep extends Ruling {
        /**
         * Content that upstream lets the caller have, identified by the ecosystem.
         *
         * @param here whether the response contains it; if not, the last redirect leads to it
         */
        record Named(Facts facts, boolean here) implements Keep {}

        /** The resource does not exist, and never will at that revision. */
        record Absence(Verdict.Final verdict) implements Keep {}

        /**
         * A response that HTTP's own rules allow a shared cache to store.
         *
         * @param parts identifies the parts that belong together; empty if it can only be stored as one sequence
         */
        record Shared(Optional<Resumable> parts) implements Keep {}
    }

    /**
     * The response is streamed to the requesting client only.
     *
     * @param effect its effect on the stored response
     * @param unstorable whether it forbids storing for any request, so that the next response cannot be shared either
     */
    record Pass(Effect effect, boolean unstorable) implements Ruling {
        static Pass with(Effect effect) {
            return new Pass(effect, false);
        }
    }

    /** The effect of a passed response on the stored one. */
    enum Effect {
        /** No effect. */
        NONE,
        /** The passed response is newer: the stored response must not be used again. */
        REPLACES,
        /** A HEAD response that matches: the stored response takes over its fields (RFC 9111 §4.3.5). */
        FRESHENS,
        /** A HEAD response that does not match: all stored responses of that target are invalid (RFC 9111 §4.3.5). */
        INVALIDATES
    }

    /**
     * Upstream denies the caller the content.
     *
     * @param named whether the origin itself identified the reason with its own error code
     */
    record Refuse(Verdict.Kind kind, Fields fields, boolean named) implements Ruling {}

    /**
     * Upstream cannot respond properly now: a stored response is better, regardless of its age.
     *
     * @param fields for a client that gets no stored response
     * @param unexpected why the response is not one that this origin sends; empty if the origin itself reports that it
     *     cannot respond
     */
    record Unavailable(Fields fields, Optional<String> unexpected) implements Ruling {}

    /**
     * The response is unusable: the whole content is requested, without conditions.
     *
     * @param forgets whether the stored response must not be used again
     */
    record AskForAll(boolean forgets) implements Ruling {}
}
