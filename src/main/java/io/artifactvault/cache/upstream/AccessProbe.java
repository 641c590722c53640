package io.artifactvault.cache.upstream;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.redirect.RedirectFollower.Arrival;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests, without a credential, the same state that a caller was just allowed to read with one: if upstream permits
 * that, the state is public. Runs on a task's thread.
 */
public record AccessProbe(Upstreams upstreams, Resource resource) {
    private static final Logger log = LoggerFactory.getLogger(AccessProbe.class);

    /** Upstream's statement about anonymous access. */
    public enum Result {
        PUBLIC,
        CLOSED,
        /** Upstream did not decide: a rate limit, an outage or a login page says nothing about access. */
        UNKNOWN
    }

    public Result ask() {
        Upstream upstream = resource.upstream();
        OriginRequest request = Upstreams.request(
                        resource, resource.answersHead() ? "HEAD" : "GET", upstream.fields(), Optional.empty())
                .whenConvenient();
        try (Arrival arrival = upstreams.follow(
                request, resource, hops -> resource.judge(Hops.answers(hops)) instanceof Verdict.Content)) {
            List<UpstreamAnswer> answers = Hops.answers(arrival.hops());
            return switch (resource.judge(answers)) {
                case Verdict.Content _ when resource.naming(answers) == Resource.Naming.UPSTREAM -> Result.PUBLIC;
                case Verdict.Final(Verdict.Kind kind, var _, var _) when kind == Verdict.Kind.DENIED -> Result.CLOSED;
                case Verdict.Challenge(var _, Verdict.Final otherwise)
                when otherwise.kind() == Verdict.Kind.DENIED -> Result.CLOSED;
                case Verdict.Content _, Verdict.Final _, Verdict.Challenge _, Verdict.Unexpected _, Verdict.Follow _ ->
                    Result.UNKNOWN;
            };
        } catch (OriginException e) {
            log.debug("Could not determine whether {} is public: {}", resource.title(), e.getMessage());
            return Result.UNKNOWN;
        }
    }
}
