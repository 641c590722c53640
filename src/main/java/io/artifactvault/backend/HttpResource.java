package io.artifactvault.backend;

import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * The resource that a request asks for where HTTP's own rules govern caching (RFC 9111) and no ecosystem knows more.
 * Immutable and without I/O; called on event loops and on the threads of tasks.
 */
public non-sealed interface HttpResource extends Cacheable {
    /** The primary key of another URI of the same backend. */
    String keyOf(URI uri);

    /**
     * The request's fields as far as they may choose an answer: what upstream gets of them. Those that Vary names are compared
     * among these, so that what is kept apart is what upstream saw apart.
     */
    Fields selecting();

    /** How to ask: the client's own fields as they may travel on, without the conditional ones. */
    @Override
    Upstream upstream();

    /** Whether redirects are followed inside instead of being answers of their own. */
    boolean followsRedirects();

    /** How long an answer that says nothing may be reused; empty to guess as RFC 9111 §4.2.2 allows. */
    Optional<Duration> defaultTtl();

    /** How long an error that says nothing of its lifetime may be reused, until the origin has said it again after that time. */
    @Override
    Duration negativeTtl();

    /** How long after its lifetime an answer may be used when upstream fails, where it says nothing itself. */
    Duration staleIfError();

    /** The fields for the client, from those of the answer. */
    Fields present(Fields answer, Request request);
}
