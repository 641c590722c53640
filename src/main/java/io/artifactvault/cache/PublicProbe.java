package io.artifactvault.cache;

import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Resource.AccessScope;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.RedirectFollower.Arrival;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks without a credential for what a caller was just allowed with one, at the same state: if upstream lets that go, everybody may
 * have that state. On a task's thread.
 */
record PublicProbe(Engine engine, Resource resource, AccessScope scope) {
    private static final Logger log = LoggerFactory.getLogger(PublicProbe.class);

    void ask() {
        Instant askedAt = engine.clock().instant();
        Upstream upstream = resource.upstream();
        OriginRequest request = Question.request(
                        resource, resource.answersHead() ? "HEAD" : "GET", upstream.fields(), Optional.empty())
                .whenConvenient();
        try (Arrival arrival = engine.follow(
                request, resource, hops -> resource.judge(Question.answers(hops)) instanceof Verdict.Content)) {
            List<UpstreamAnswer> answers = Question.answers(arrival.hops());
            switch (resource.judge(answers)) {
                case Verdict.Content _
                when resource.naming(answers) == Resource.Naming.UPSTREAM ->
                    engine.openStates().open(scope, askedAt);
                case Verdict.Final(Verdict.Kind kind, var _, var _)
                when kind == Verdict.Kind.DENIED -> engine.close(scope, askedAt);
                case Verdict.Challenge(var _, Verdict.Final otherwise)
                when otherwise.kind() == Verdict.Kind.DENIED -> engine.close(scope, askedAt);
                // A limit, an outage or a login page says nothing about who may see it.
                case Verdict.Content _, Verdict.Final _, Verdict.Challenge _, Verdict.Alien _, Verdict.Follow _ ->
                    engine.grants().forgetProbe(scope);
            }
        } catch (OriginException e) {
            engine.grants().forgetProbe(scope);
            log.debug("Could not learn whether {} is public: {}", scope.id(), e.getMessage());
        }
    }
}
