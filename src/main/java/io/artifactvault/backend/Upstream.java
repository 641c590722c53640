package io.artifactvault.backend;

import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How to request a resource from upstream.
 *
 * @param uri absolute; its origin is chosen by the operator, unless it is {@code fromAnswer}
 * @param fields request fields to send
 * @param credential the credential to send; bound to the URI's origin
 * @param maxRedirects the number of redirects to follow internally
 * @param privateRedirects the private addresses to which redirects may lead
 * @param limits the limits to which the request is charged
 * @param fromAnswer whether the address came from a response of upstream: it may then lead only to hosts to which a
 *     redirect may lead
 */
public record Upstream(
        URI uri,
        Fields fields,
        Optional<Credential> credential,
        int maxRedirects,
        PrivateTargets privateRedirects,
        Limits limits,
        boolean fromAnswer) {

    public Upstream(
            URI uri,
            Fields fields,
            Optional<Credential> credential,
            int maxRedirects,
            PrivateTargets privateRedirects,
            Limits limits) {
        this(uri, fields, credential, maxRedirects, privateRedirects, limits, false);
    }

    /** A request without limits or mirrors. */
    public Upstream(
            URI uri,
            Fields fields,
            Optional<Credential> credential,
            int maxRedirects,
            PrivateTargets privateRedirects) {
        this(uri, fields, credential, maxRedirects, privateRedirects, new Limits("", "", true, List.of()));
    }

    /**
     * The limits to which a request is charged, and the alternatives to upstream.
     *
     * @param backend whose limits on connections and bandwidth apply; empty for none
     * @param budget the rate limit of upstream against which the request counts, in the ecosystem's terms
     * @param oneService whether one service is behind all paths, so that a gateway's error for several paths counts as
     *     a failure of all
     * @param subject the part of the path by which failures are counted, such as a repository; empty for the first
     *     segment of the path
     * @param mirrors URLs of the same resource on mirrors, in the order in which to try them; for content whose digest
     *     is known
     * @param passingStall how long a body that cannot be resumed may stall; zero for no limit
     */
    public record Limits(
            String backend,
            String budget,
            boolean oneService,
            String subject,
            List<URI> mirrors,
            Duration passingStall) {
        public Limits(String backend, String budget, boolean oneService, List<URI> mirrors) {
            this(backend, budget, oneService, "", mirrors, SourceSettings.USUAL_STALL);
        }
    }
}
