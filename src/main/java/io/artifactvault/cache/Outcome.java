package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Fields;
import io.artifactvault.origin.OriginException;
import io.artifactvault.store.Entry;

/** What came of asking upstream. */
sealed interface Outcome {
    /**
     * Upstream lets the caller have the entry; its content is stored, being filled, or still to be fetched.
     *
     * @param actual the resource at an immutable address, from which the content can be asked for
     * @param status upstream's last status code
     */
    record Learned(Entry entry, Resource actual, int status) implements Outcome {}

    /** The content of a stored entry grows, so that readers can follow; what was stored of it told enough to begin. */
    record Begun() implements Outcome {}

    /**
     * Upstream's last word for this caller, to be passed on; the kind says what it means.
     *
     * @param named whether the origin itself said by its own error code what is wrong: only that holds for another request of the
     *     same caller too
     */
    record Final(Verdict.Kind kind, int status, Fields fields, byte[] body, boolean named) implements Outcome {}

    /** Upstream answered that it cannot say now (429, 5xx). */
    record Unavailable(int status, Fields fields, byte[] body) implements Outcome {}

    /** Upstream did not answer. */
    record Failed(OriginException cause) implements Outcome {}

    /** Upstream led to something that only its bytes can prove to be the content, and so the caller's to have. */
    record Unproven() implements Outcome {}

    /** The store cannot take the content now; upstream would give it. */
    record Unstorable() implements Outcome {}
}
