package io.artifactvault.origin;

import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.http.RequestBody;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One request to an origin.
 *
 * @param uri absolute http or https; its path and query are sent unchanged
 * @param fields without Host, Authorization, Content-Length, Transfer-Encoding and hop-by-hop fields, which the origin
 *     client adds
 * @param credential sent as Authorization, only to this URI's origin
 * @param privateTargets the loopback, private and link-local addresses that it may connect to
 * @param purpose the purpose, by which limits are applied
 * @param patience the timeouts that are shorter than the defaults
 */
public record OriginRequest(
        String method,
        URI uri,
        Fields fields,
        Optional<Credential> credential,
        Optional<RequestBody> body,
        PrivateTargets privateTargets,
        Purpose purpose,
        Patience patience) {

    /** An urgent request that belongs to no backend. */
    public OriginRequest(
            String method,
            URI uri,
            Fields fields,
            Optional<Credential> credential,
            Optional<RequestBody> body,
            boolean privateAllowed) {
        this(method, uri, fields, credential, body, all(privateAllowed), Purpose.UNKNOWN, Patience.USUAL);
    }

    public static OriginRequest get(URI uri) {
        return new OriginRequest("GET", uri, Fields.EMPTY, Optional.empty(), Optional.empty(), false);
    }

    /**
     * Whether the request may be sent twice: the method permits it (RFC 9110 §9.2.2), and there is no body that can be
     * read only once.
     */
    public boolean isRepeatable() {
        return (method.equals("GET") || method.equals("HEAD")) && body.isEmpty();
    }

    public OriginRequest withMethod(String other) {
        return new OriginRequest(other, uri, fields, credential, body, privateTargets, purpose, patience);
    }

    public OriginRequest withFields(Fields other) {
        return new OriginRequest(method, uri, other, credential, body, privateTargets, purpose, patience);
    }

    public OriginRequest withCredential(Optional<Credential> other) {
        return new OriginRequest(method, uri, fields, other, body, privateTargets, purpose, patience);
    }

    public OriginRequest withUri(URI other) {
        return new OriginRequest(method, other, fields, credential, body, privateTargets, purpose, patience);
    }

    public OriginRequest withBody(Optional<RequestBody> other) {
        return new OriginRequest(method, uri, fields, credential, other, privateTargets, purpose, patience);
    }

    /** A copy that may reach all private addresses, or none. */
    public OriginRequest withPrivateAllowed(boolean allowed) {
        return withPrivateTargets(all(allowed));
    }

    public OriginRequest withPrivateTargets(PrivateTargets targets) {
        return new OriginRequest(method, uri, fields, credential, body, targets, purpose, patience);
    }

    private static PrivateTargets all(boolean allowed) {
        return allowed ? PrivateTargets.ALL : PrivateTargets.NONE;
    }

    /** A copy that no client waits for: it yields when the origin's rate limit is nearly spent. */
    public OriginRequest whenConvenient() {
        return with(purpose.asked(false));
    }

    /** A copy whose bytes will be verified against a known digest, so that mirrors may also be used. */
    public OriginRequest verified() {
        return with(purpose.checked());
    }

    /**
     * A copy with the backend, the rate limit that it counts against, whether the origin is one service, and the
     * mirrors.
     */
    public OriginRequest on(String backend, String budget, boolean oneService, List<URI> mirrors) {
        return on(backend, budget, oneService, "", mirrors);
    }

    /**
     * @param subject the part of the path by which failures are counted, such as a repository; empty for the first
     *     segment
     */
    public OriginRequest on(String backend, String budget, boolean oneService, String subject, List<URI> mirrors) {
        return with(purpose.of(backend, budget, oneService, subject, mirrors));
    }

    public OriginRequest with(Purpose other) {
        return new OriginRequest(method, uri, fields, credential, body, privateTargets, other, patience);
    }

    public OriginRequest connectingWithin(Duration limit) {
        return with(patience.connectingWithin(limit));
    }

    public OriginRequest answeringWithin(Duration limit) {
        return with(patience.answeringWithin(limit));
    }

    private OriginRequest with(Patience other) {
        return new OriginRequest(method, uri, fields, credential, body, privateTargets, purpose, other);
    }
}
