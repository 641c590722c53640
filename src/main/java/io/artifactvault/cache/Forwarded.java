package io.artifactvault.cache;

import io.artifactvault.origin.OriginException;

/** What came of a request that was forwarded. */
sealed interface Forwarded {
    /** An answer that is kept, or was confirmed: for everybody whose request selects it. */
    record Kept(Stored stored, int status) implements Forwarded {}

    /**
     * An answer for the one who asked, and nobody else.
     *
     * @param unstorable whether the response itself forbids storing it, so that the next one will not be for others either
     */
    record Passed(Answer answer, boolean unstorable) implements Forwarded {}

    /** What is stored was confirmed to the one who asked, and is not for others by what upstream said with it. */
    record ForOne(Stored stored, int status) implements Forwarded {}

    /** Upstream answered with an error although there is an answer that may be used instead. */
    record Troubled(int status) implements Forwarded {}

    /** Another's answer had just landed: look at the store again. */
    record Landed() implements Forwarded {}

    /** Upstream did not answer. */
    record Failed(OriginException cause) implements Forwarded {}
}
