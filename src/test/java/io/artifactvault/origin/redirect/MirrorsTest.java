package io.artifactvault.origin.redirect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.origin.Answers;
import io.artifactvault.origin.EmptyResponse;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who stands in for an origin that does not deliver, for what, and with whose credential: nobody's. */
class MirrorsTest {
    private static final URI HUB = URI.create("https://hub.test/a?x=1");
    private static final URI ONE = URI.create("https://one.test/a?x=1");
    private static final URI TWO = URI.create("https://two.test/a?x=1");

    private final Map<URI, Answers.Answer> answers = new HashMap<>();
    private final List<OriginRequest> asked = new ArrayList<>();
    private final Origin hosts = new Origin() {
        @Override
        public OriginResponse send(OriginRequest request) throws OriginException {
            asked.add(request);
            return answers.getOrDefault(request.uri(), () -> new EmptyResponse(404, Fields.EMPTY))
                    .give();
        }

        @Override
        public void close() {}
    };

    private MirrorsTest answer(URI uri, int status, String... fields) {
        answers.put(uri, () -> new EmptyResponse(status, Fields.of(fields)));
        return this;
    }

    private MirrorsTest failure(URI uri, OriginFailure failure) {
        answers.put(uri, () -> {
            throw new OriginException(failure, uri.getHost());
        });
        return this;
    }

    private static OriginRequest request() {
        return OriginRequest.get(HUB)
                .withCredential(Optional.of(Credential.bearer("hf_x")))
                .withFields(Fields.of("Range", "bytes=5-", "Cookie", "a=b", "X-HF-Bill-To", "me"))
                .on("hub", "resolvers", true, List.of(ONE, TWO));
    }

    private URI follow(OriginRequest request) throws OriginException {
        try (RedirectFollower.Arrival arrival =
                new RedirectFollower(hosts).follow(request, new RedirectPolicy(5, PrivateTargets.NONE), _ -> false)) {
            return arrival.last().uri();
        }
    }

    private List<URI> uris() {
        return asked.stream().map(OriginRequest::uri).toList();
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "DNS_FAILED",
                "CONNECT_REFUSED",
                "CONNECT_TIMEOUT",
                "TLS_FAILED",
                "RESET_BEFORE_HEAD",
                "HEAD_TIMEOUT",
                "BAD_MESSAGE",
                "REDIRECT_LOOP",
                "CIRCUIT_OPEN",
                "RATE_LIMITED"
            })
    void aMirrorStandsInForAnOriginThatFails(OriginFailure failure) throws Exception {
        failure(HUB, failure).answer(ONE, 206);
        assertThat(follow(request().verified())).isEqualTo(ONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504})
    void aMirrorStandsInForAnUnavailableOrigin(int status) throws Exception {
        answer(HUB, status).answer(ONE, 200);
        assertThat(follow(request().verified())).isEqualTo(ONE);
    }

    @Test
    void aMirrorGetsTheRangeButNoCredential() throws Exception {
        failure(HUB, OriginFailure.CONNECT_REFUSED).answer(ONE, 206);
        assertThat(follow(request().verified())).isEqualTo(ONE);
        assertThat(asked.getLast().credential()).isEmpty();
        assertThat(asked.getLast().fields()).isEqualTo(Fields.of("Range", "bytes=5-"));
    }

    @Test
    void unverifiableContentIsNotRequestedFromMirrors() {
        failure(HUB, OriginFailure.CONNECT_REFUSED).answer(ONE, 200);
        OriginException failure = catchThrowableOfType(OriginException.class, () -> follow(request()));
        assertThat(failure.failure()).isEqualTo(OriginFailure.CONNECT_REFUSED);
        assertThat(uris()).containsExactly(HUB);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 206, 304, 401, 403, 404, 416})
    void aResponseOfTheOriginIsFinal(int status) throws Exception {
        answer(HUB, status).answer(ONE, 200);
        assertThat(follow(request().verified())).isEqualTo(HUB);
        assertThat(uris()).containsExactly(HUB);
    }

    @Test
    void aMirrorStandsInForAFailingCdnToo() throws Exception {
        URI cdn = URI.create("https://cdn.test/b");
        answer(HUB, 302, "Location", cdn.toString())
                .failure(cdn, OriginFailure.CONNECT_TIMEOUT)
                .answer(ONE, 302, "Location", "/c");
        URI local = URI.create("https://one.test/c");
        answer(local, 206);
        assertThat(follow(request().verified())).isEqualTo(local);
        assertThat(uris()).containsExactly(HUB, cdn, ONE, local);
    }

    @Test
    void mirrorsAreTriedInTheirOrderUntilOneDelivers() throws Exception {
        failure(HUB, OriginFailure.CONNECT_REFUSED).answer(ONE, 404).answer(TWO, 206);
        assertThat(follow(request().verified())).isEqualTo(TWO);
        assertThat(uris()).containsExactly(HUB, ONE, TWO);
    }

    @Test
    void ifNoMirrorDeliversTheFailureOfTheOriginIsReported() throws Exception {
        failure(HUB, OriginFailure.CONNECT_TIMEOUT).failure(ONE, OriginFailure.CONNECT_REFUSED);
        OriginException failure = catchThrowableOfType(
                OriginException.class, () -> follow(request().verified()));
        assertThat(failure.failure()).isEqualTo(OriginFailure.CONNECT_TIMEOUT);
        answer(HUB, 503);
        assertThat(follow(request().verified())).isEqualTo(HUB);
    }

    @Test
    void aShutdownUsesNoMirror() {
        failure(HUB, OriginFailure.INTERRUPTED).answer(ONE, 200);
        OriginException failure = catchThrowableOfType(
                OriginException.class, () -> follow(request().verified()));
        assertThat(failure.failure()).isEqualTo(OriginFailure.INTERRUPTED);
        assertThat(uris()).containsExactly(HUB);
    }
}
