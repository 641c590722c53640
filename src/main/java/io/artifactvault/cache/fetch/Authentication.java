package io.artifactvault.cache.fetch;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.access.Authentications.Standing;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.upstream.Hops;
import io.artifactvault.cache.upstream.Upstreams;
import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.redirect.RedirectFollower.Arrival;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests a resource with the caller's credential only to learn whether upstream accepts that credential. Follows no
 * redirects, because upstream's first response is sufficient. Runs on a task's virtual thread.
 */
public record Authentication(Engine engine, Resource resource, Caller caller) {
    private static final Logger log = LoggerFactory.getLogger(Authentication.class);

    public Standing ask() {
        Instant askedAt = engine.clock().instant();
        Upstream upstream = resource.upstream();
        OriginRequest request = Upstreams.request(
                        resource, resource.answersHead() ? "HEAD" : "GET", upstream.fields(), upstream.credential())
                .whenConvenient();
        try (Arrival arrival = engine.upstreams().follow(request, resource, _ -> true)) {
            return record(engine, resource, caller, Hops.answers(arrival.hops()), askedAt);
        } catch (OriginException e) {
            log.debug("Could not determine whether upstream accepts a credential: {}", e.getMessage());
            return new Standing.Unclear();
        }
    }

    /** Records what upstream's responses to a request with the caller's credential say about that credential. */
    static Standing record(
            Engine engine, Resource resource, Caller caller, List<UpstreamAnswer> answers, Instant askedAt) {
        Standing standing = standing(resource, answers.getFirst());
        if (!(standing instanceof Standing.Unclear)) {
            String backend = resource.upstream().limits().backend();
            engine.access().grants().authentications().record(backend, caller, standing, askedAt);
        }
        return standing;
    }

    private static Standing standing(Resource resource, UpstreamAnswer first) {
        boolean upstreams =
                OriginId.of(first.uri()).equals(OriginId.of(resource.upstream().uri()));
        if (!upstreams || first.status() == 429 || first.status() >= 500) {
            return new Standing.Unclear();
        }
        if (first.status() != 401) {
            return new Standing.Accepted();
        }
        return resource.judge(List.of(first)) instanceof Verdict.Final(var kind, Fields fields, Optional<String> _)
                        && kind == Verdict.Kind.UNAUTHENTICATED
                ? new Standing.Refused(new FetchOutcome.Final(kind, first.status(), fields, new byte[0], true))
                : new Standing.Unclear();
    }
}
