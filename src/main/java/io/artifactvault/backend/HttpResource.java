package io.artifactvault.backend;

import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * The resource that a request asks for if HTTP's own rules (RFC 9111) govern caching and no ecosystem refines them.
 * Immutable and without I/O; called on event loops and on the threads of tasks.
 */
public non-sealed interface HttpResource extends Cacheable {
    /** The primary cache key of another URI of the same backend. */
    String keyOf(URI uri);

    /**
     * The request's fields that may select a response: those that are sent upstream. Requests are compared in those of
     * them that Vary names, so that the vault distinguishes responses exactly as upstream could distinguish the
     * requests.
     */
    Fields selecting();

    /** How to request the resource: with the client's own fields that may be forwarded, except the conditional ones. */
    @Override
    Upstream upstream();

    /** Whether redirects are followed internally instead of being passed on as responses. */
    boolean followsRedirects();

    /** How long a response without a lifetime may be reused; empty for the heuristic that RFC 9111 §4.2.2 allows. */
    Optional<Duration> defaultTtl();

    /** How long an error without a lifetime may be reused, counted anew each time the origin repeats it. */
    @Override
    Duration negativeTtl();

    /** How long after its lifetime a response may be used when upstream fails, if the response does not say. */
    Duration staleIfError();

    /** The fields for the client, derived from those of the response. */
    Fields present(Fields answer, Request request);
}
