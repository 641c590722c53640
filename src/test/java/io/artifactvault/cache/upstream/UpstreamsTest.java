package io.artifactvault.cache.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.TokenRequest;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.request.TokenSettings;
import io.artifactvault.http.BearerChallenge;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.origin.EmptyResponse;
import io.artifactvault.origin.Hedges;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.redirect.RedirectFollower;
import io.artifactvault.origin.redirect.RedirectFollower.Arrival;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UpstreamsTest {
    private static final URI PAGE = URI.create("https://registry.example/page");
    private static final Credential ALICE = Credential.bearer("alice");

    private final Script origin = new Script();
    private final RedirectFollower follower = new RedirectFollower(origin);
    private final Upstreams upstreams = new Upstreams(
            follower, new TokenClient(follower, TokenSettings.defaults(), Clock.systemUTC()), Hedges.NONE);

    private Arrival follow(Upstream upstream) throws OriginException {
        OriginRequest request =
                new OriginRequest("GET", upstream.uri(), Fields.EMPTY, upstream.credential(), Optional.empty(), true);
        return upstreams.follow(request, new Page(upstream), _ -> false);
    }

    private static Upstream upstream(int maxRedirects, boolean fromAnswer) {
        return new Upstream(
                PAGE,
                Fields.EMPTY,
                Optional.of(ALICE),
                maxRedirects,
                PrivateTargets.NONE,
                new Upstream.Limits("toys", "pages", true, List.of(URI.create("https://mirror.example/page"))),
                fromAnswer);
    }

    @Test
    void aRequestIsChargedToItsBackend() throws Exception {
        follow(upstream(0, false)).close();

        OriginRequest sent = origin.requests.getFirst();
        assertThat(sent.purpose().backend()).isEqualTo("toys");
        assertThat(sent.purpose().budget()).isEqualTo("pages");
        assertThat(sent.privateTargets()).isEqualTo(PrivateTargets.ALL);
    }

    @Test
    void anAddressFromAResponseLeadsOnlyWhereARedirectMay() throws Exception {
        follow(upstream(0, true)).close();

        assertThat(origin.requests.getFirst().privateTargets()).isEqualTo(PrivateTargets.NONE);
    }

    @Test
    void redirectsAreFollowedAsOftenAsTheOperatorPermits() throws Exception {
        origin.redirects = 2;
        assertThat(follow(upstream(2, false)).last().status()).isEqualTo(200);

        origin.redirects = 3;
        assertThatThrownBy(() -> follow(upstream(2, false))).isInstanceOf(OriginException.class);
    }

    @Test
    void theCallerReadsTheResponseItselfIfItGetsNoToken() throws Exception {
        origin.demandsToken = true;
        origin.tokenStatus = 403;

        Arrival refused = follow(upstream(0, false));
        assertThat(refused.last().status()).isEqualTo(401);
        assertThat(origin.responses.getFirst().isClosed()).isFalse();
    }

    @Test
    void aTokenServiceThatFailsLeavesNoResponseOpen() {
        origin.demandsToken = true;
        origin.tokenStatus = 500;

        assertThatThrownBy(() -> follow(upstream(0, false)))
                .isInstanceOfSatisfying(
                        OriginException.class, e -> assertThat(e.failure()).isEqualTo(OriginFailure.UNAVAILABLE));
        assertThat(origin.responses)
                .hasSize(2)
                .allSatisfy(response -> assertThat(response.isClosed()).isTrue());
    }

    @Test
    void contentIsEncodedIfUpstreamSaysSo() {
        assertThat(Upstreams.isEncoded(new EmptyResponse(200, Fields.of("Content-Encoding", "gzip"))))
                .isTrue();
        assertThat(Upstreams.isEncoded(new EmptyResponse(200, Fields.EMPTY))).isFalse();
    }

    /** Redirects to itself, demands a token, or answers 200. */
    private static final class Script implements Origin {
        final List<OriginRequest> requests = new ArrayList<>();
        final List<EmptyResponse> responses = new ArrayList<>();
        int redirects;
        boolean demandsToken;
        int tokenStatus;

        @Override
        public OriginResponse send(OriginRequest request) {
            requests.add(request);
            EmptyResponse response = response(request);
            responses.add(response);
            return response;
        }

        private EmptyResponse response(OriginRequest request) {
            if (request.uri().getPath().equals("/token")) {
                return new EmptyResponse(tokenStatus, Fields.EMPTY);
            }
            if (redirects > 0) {
                redirects--;
                return new EmptyResponse(302, Fields.of("Location", "/page?" + redirects));
            }
            return new EmptyResponse(demandsToken ? 401 : 200, Fields.EMPTY);
        }

        @Override
        public void close() {}
    }

    private record Page(Upstream upstream) implements Resource {
        @Override
        public String title() {
            return "page";
        }

        @Override
        public String key() {
            return "page";
        }

        @Override
        public Lifetime lifetime() {
            return Lifetime.FOREVER;
        }

        @Override
        public Verdict judge(List<UpstreamAnswer> chain) {
            return new Verdict.Follow();
        }

        @Override
        public Optional<TokenRequest> wantedToken(List<UpstreamAnswer> chain) {
            return chain.getLast().status() == 401
                    ? Optional.of(new TokenRequest(
                            new BearerChallenge("https://registry.example/token", "", "pages"), Set.of()))
                    : Optional.empty();
        }
    }
}
