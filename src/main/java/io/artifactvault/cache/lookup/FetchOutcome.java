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
     * Upstream permits the caller to receive the entry; its content is stored, being filled, or still to be fetched.
     *
     * @param actual the resource at an immutable address, from which the content can be requested
     * @param status upstream's last status code
     */
    record Identified(Entry entry, Resource actual, int status) implements FetchOutcome {}

    /**
     * The content of a stored entry is being filled, so that readers can follow; no response of upstream was needed to
     * start.
     */
    record Begun() implements FetchOutcome {}

    /**
     * Upstream's final response for this caller, to be passed on; the kind gives its meaning.
     *
     * @param named whether the origin itself identified the reason with its own error code: only then does it apply to
     *     another request of the same caller too
     */
    record Final(Verdict.Kind kind, int status, Fields fields, byte[] body, boolean named) implements FetchOutcome {}

    /** Upstream responded that it cannot serve the request now (429, 5xx). */
    record Unavailable(int status, Fields fields, byte[] body) implements FetchOutcome {}

    /** Upstream did not respond. */
    record Failed(OriginException cause) implements FetchOutcome {}

    /**
     * Upstream redirected to another host without identifying the content: only the bytes themselves can prove that
     * they are the content, and that the caller may receive it.
     */
    record Unproven() implements FetchOutcome {}

    /** The store cannot accept the content now; upstream would send it. */
    record Unstorable() implements FetchOutcome {}

    /** A response was stored or confirmed, for all requests that select it. */
    record Kept(StoredResponse stored, int status) implements FetchOutcome {}

    /**
     * The stored response was confirmed for the requesting client only; upstream's confirmation forbids it for others.
     */
    record ForOne(StoredResponse stored, int status) implements FetchOutcome {}

    /**
     * A response for the requesting client only.
     *
     * @param unstorable whether the response itself forbids storing, so that the next response cannot be shared either
     */
    record Passed(Answer answer, boolean unstorable) implements FetchOutcome {}

    /** Another request's response has just been stored: the lookup must be repeated. */
    record StoredMeanwhile() implements FetchOutcome {}
}
