package io.artifactvault.cache.lookup;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.http.Fields;
import io.artifactvault.origin.OriginException;
import io.artifactvault.store.index.Entry;

/** The outcome of one fetch, for the requests that wait for it. */
public sealed interface FetchOutcome {
    /**
     * Upstream lets the caller have the entry; its content is stored, being filled, or still to be fetched.
     *
     * @param actual the resource at an immutable address, from which the content can be asked for
     * @param status upstream's last status code
     */
    record Learned(Entry entry, Resource actual, int status) implements FetchOutcome {}

    /** The content of a stored entry grows, so that readers can follow; what was stored of it told enough to begin. */
    record Begun() implements FetchOutcome {}

    /**
     * Upstream's last word for this caller, to be passed on; the kind says what it means.
     *
     * @param named whether the origin itself said by its own error code what is wrong: only that holds for another request of the
     *     same caller too
     */
    record Final(Verdict.Kind kind, int status, Fields fields, byte[] body, boolean named) implements FetchOutcome {}

    /** Upstream answered that it cannot say now (429, 5xx). */
    record Unavailable(int status, Fields fields, byte[] body) implements FetchOutcome {}

    /** Upstream did not answer. */
    record Failed(OriginException cause) implements FetchOutcome {}

    /** Upstream led to something that only its bytes can prove to be the content, and so the caller's to have. */
    record Unproven() implements FetchOutcome {}

    /** The store cannot take the content now; upstream would give it. */
    record Unstorable() implements FetchOutcome {}

    /** A response that was stored, or confirmed: for all requests that select it. */
    record Kept(StoredResponse stored, int status) implements FetchOutcome {}

    /** What is stored was confirmed to the client that asked; by what upstream said with that, it is not for others. */
    record ForOne(StoredResponse stored, int status) implements FetchOutcome {}

    /**
     * A response for the client that asked, and no other.
     *
     * @param unstorable whether the response itself forbids storing it, so that the next one will not be for others either
     */
    record Passed(Answer answer, boolean unstorable) implements FetchOutcome {}

    /** Another's response had just been stored: look at the store again. */
    record Landed() implements FetchOutcome {}
}
