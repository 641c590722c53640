package io.artifactvault.cache.upstream;

import io.artifactvault.backend.Cacheable;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.cache.request.UpstreamTrace;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.http.ReadyBody;
import io.artifactvault.http.RequestBody;
import io.artifactvault.origin.Hedges;
import io.artifactvault.origin.Hop;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.redirect.RedirectFollower;
import io.artifactvault.origin.redirect.RedirectFollower.Arrival;
import io.artifactvault.origin.redirect.RedirectPolicy;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Sends the cache's requests upstream: each request counts against its backend's limits, follows redirects as far as
 * the operator permits, and is traced. For the threads of tasks. Thread-safe.
 *
 * @param tokens the tokens that registries issue
 * @param hedges the budget for second connections when a body stalls
 */
public record Upstreams(RedirectFollower follower, TokenClient tokens, Hedges hedges) {
    /**
     * Sends the request on the task's thread, following redirects as far as the operator permits, and with a token if
     * upstream demands one.
     *
     * @param enough called with the chain at each redirect; returns whether to stop there
     */
    public Arrival follow(OriginRequest request, Cacheable resource, Predicate<List<Hop>> enough)
            throws OriginException {
        Upstream upstream = resource.upstream();
        TokenClient.Exchange exchange = tokens.new Exchange(resource, request);
        Arrival first = follow(exchange.first(), upstream, enough);
        Optional<OriginRequest> again;
        try {
            again = exchange.again(first);
        } catch (OriginException e) {
            first.close();
            UpstreamTrace.note(e);
            throw e;
        }
        if (again.isEmpty()) {
            return first;
        }
        first.close();
        Arrival last = follow(again.get(), upstream, enough);
        exchange.ended(again.get(), last);
        return last;
    }

    private Arrival follow(OriginRequest request, Upstream upstream, Predicate<List<Hop>> enough)
            throws OriginException {
        try {
            Upstream.Limits limits = upstream.limits();
            PrivateTargets targets = upstream.fromAnswer() ? upstream.privateRedirects() : request.privateTargets();
            OriginRequest charged = request.on(
                            limits.backend(), limits.budget(), limits.oneService(), limits.subject(), limits.mirrors())
                    .withPrivateTargets(targets);
            Arrival arrival = follower.follow(charged, policy(upstream), enough);
            UpstreamTrace.note(arrival.hops());
            return arrival;
        } catch (OriginException e) {
            UpstreamTrace.note(e);
            throw e;
        }
    }

    /** The request for the target of a redirect that was not followed. */
    public OriginRequest beyond(Arrival redirect, Upstream upstream) throws OriginException {
        return RedirectFollower.beyond(redirect, policy(upstream));
    }

    private static RedirectPolicy policy(Upstream upstream) {
        return new RedirectPolicy(upstream.maxRedirects(), upstream.privateRedirects());
    }

    /** A request for the resource with the given method. */
    public static OriginRequest request(
            Resource resource, String method, Fields fields, Optional<Credential> credential) {
        Optional<RequestBody> body = resource.requestBody().<RequestBody>map(ReadyBody::new);
        return new OriginRequest(
                body.isPresent() ? "POST" : method, resource.upstream().uri(), fields, credential, body, true);
    }

    /** Whether upstream has encoded the content although the request demanded identity. */
    public static boolean isEncoded(OriginResponse response) {
        return response.fields().has("Content-Encoding");
    }
}
