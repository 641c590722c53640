package io.artifactvault.origin.policy;

import static io.artifactvault.origin.BreakerBench.GET;
import static io.artifactvault.origin.BreakerBench.PAUSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.fixtures.OriginSettingsBuilder;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import io.artifactvault.origin.BreakerBench;
import io.artifactvault.origin.BreakerSettings;
import io.artifactvault.origin.EmptyResponse;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginSettings;
import io.artifactvault.origin.Patience;
import io.artifactvault.origin.RawOrigin;
import io.artifactvault.origin.RetrySettings;
import io.artifactvault.origin.Rig;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A host that fails is probed at a steady pace, and asked again as soon as it answers; no client has to try. */
class ProberTest {
    private final BreakerBench bench = new BreakerBench(BreakerBench.SETTINGS);

    private void openByRefusals() throws OriginException {
        bench.wire
                .failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .status(200);
        bench.failThrice();
    }

    private void openBy(int status) throws OriginException {
        bench.wire.status(status).status(status).status(status).status(200);
        bench.failThrice();
    }

    @Test
    void probesNeverBackOff() throws Exception {
        openByRefusals();
        for (int i = 0; i < 20; i++) {
            bench.probed.failure(OriginFailure.CONNECT_REFUSED);
        }
        bench.probed.then(() -> {
            assertThat(bench.failure(GET)).isEqualTo(OriginFailure.CIRCUIT_OPEN);
            return new EmptyResponse(200, Fields.EMPTY);
        });
        bench.runProbes();
        assertThat(bench.clock.pauses())
                .hasSize(21)
                .allMatch(pause -> pause.compareTo(PAUSE) <= 0 && pause.compareTo(Duration.ofMillis(750)) >= 0);
        assertThat(bench.prober.answered()).isEqualTo(1);
        assertThat(bench.prober.unanswered()).isEqualTo(20);
        bench.origin.send(GET).close();
        assertThat(bench.circuits.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 401, 404, 405, 429, 500})
    void anyAnswerClosesIt(int status) throws Exception {
        openByRefusals();
        bench.probed.status(status);
        bench.runProbes();
        assertThat(bench.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void aGatewayErrorDoesNotCloseIt(int status) throws Exception {
        openBy(504);
        bench.probed.status(status).status(status).status(status).status(200);
        bench.runProbes();
        assertThat(bench.prober.unanswered()).isEqualTo(3);
        assertThat(bench.isOpen()).isFalse();
    }

    /** So that clients read what is wrong now. */
    @ParameterizedTest
    @EnumSource(names = {"TLS_FAILED", "ADDRESS_REFUSED", "PROXY_LOGIN"})
    void aFailureThatWaitingDoesNotMendClosesIt(OriginFailure failure) throws Exception {
        openByRefusals();
        bench.probed.failure(failure);
        bench.runProbes();
        assertThat(bench.isOpen()).isFalse();
    }

    @Test
    void aProbeIsAHeadThatCarriesNothingOfAClients() throws Exception {
        bench.wire.failure(OriginFailure.CONNECT_REFUSED);
        OriginRequest asking = BreakerBench.get("/a/secret?signature=1")
                .withCredential(Optional.of(Credential.bearer("token")))
                .withFields(Fields.of("Cookie", "a=b"))
                .withPrivateAllowed(true);
        for (int i = 0; i < 3; i++) {
            assertThat(bench.failure(asking)).isEqualTo(OriginFailure.CONNECT_REFUSED);
            bench.clock.pass(PAUSE);
        }
        bench.probed.status(200);
        bench.runProbes();
        OriginRequest probe = bench.probed.asked().getFirst();
        assertThat(probe.method()).isEqualTo("HEAD");
        assertThat(probe.uri()).isEqualTo(URI.create("https://hub.test/"));
        assertThat(probe.credential()).isEmpty();
        assertThat(probe.fields().has("Cookie")).isFalse();
        assertThat(probe.privateTargets()).isEqualTo(asking.privateTargets());
    }

    @Test
    void whereOnlyPathsFailedTheyAreProbedInTurnWithTheRoot() throws Exception {
        openBy(504);
        probesFail(7);
        bench.probed.status(200);
        bench.runProbes();
        assertThat(paths()).containsExactly("/", "/", "/a/x", "/", "/b/x", "/", "/c/x", "/");
    }

    /** As the paths may fail for ever, and one client may have chosen all of them. */
    @Test
    void whatWasAnsweredLastIsAskedForBeforeThePathsThatFailed() throws Exception {
        bench.wire.status(200).status(504).status(504).status(504).status(200);
        bench.origin.send(BreakerBench.get("/good/file?signature=1")).close();
        bench.failThrice();
        probesFail(7);
        bench.probed.status(200);
        bench.runProbes();
        assertThat(paths()).containsExactly("/good/file", "/", "/good/file", "/", "/a/x", "/good/file", "/", "/b/x");
        assertThat(bench.probed.asked()).allMatch(probe -> probe.uri().getQuery() == null);
    }

    @Test
    void theProbesThatSettleADoubtGiveUpEarly() throws Exception {
        openBy(504);
        bench.probed.status(200);
        bench.runProbes();
        assertThat(bench.probed.asked())
                .singleElement()
                .satisfies(probe -> assertThat(probe.patience()).isNotEqualTo(Patience.USUAL));
    }

    private void probesFail(int times) {
        for (int i = 0; i < times; i++) {
            bench.probed.status(504);
        }
    }

    private List<String> paths() {
        return bench.probed.asked().stream().map(probe -> probe.uri().getPath()).toList();
    }

    @Test
    void theFirstProbeMayTakeAsLongAsARequestAndOthersGiveUpEarly() throws Exception {
        openByRefusals();
        bench.probed.then(() -> {
            bench.circuits.answered(OriginId.of(GET.uri()), circuit());
            return new EmptyResponse(200, Fields.EMPTY);
        });
        bench.runProbes();
        assertThat(bench.probed.asked()).extracting(OriginRequest::patience).containsExactly(Patience.USUAL);
    }

    private Circuit circuit() {
        return bench.circuits.of(OriginId.of(GET.uri()));
    }

    @Test
    void anAnswerToARequestUnderWayClosesItAndEndsTheProbes() throws Exception {
        bench.wire
                .then(() -> {
                    bench.failThrice();
                    assertThat(bench.isOpen()).isTrue();
                    return new EmptyResponse(200, Fields.EMPTY);
                })
                .failure(OriginFailure.CONNECT_REFUSED);
        bench.origin.send(GET).close();
        assertThat(bench.isOpen()).isFalse();
        bench.runProbes();
        assertThat(bench.probed.asked()).isEmpty();
    }

    @Test
    void anUnusedHostIsNoLongerProbedAndTheNextRequestTestsIt() throws Exception {
        openByRefusals();
        bench.probed.failure(OriginFailure.CONNECT_REFUSED);
        bench.runProbes();
        assertThat(bench.clock.paused())
                .isBetween(
                        BreakerBench.SETTINGS.rest(),
                        BreakerBench.SETTINGS.rest().plus(PAUSE));
        assertThat(bench.isOpen()).isTrue();
        bench.origin.send(GET).close();
        assertThat(bench.isOpen()).isFalse();
    }

    @Test
    void whileThatRequestIsUnderWayTheHostIsProbedAgain() throws Exception {
        bench.wire
                .failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .then(() -> {
                    bench.probed.status(200);
                    bench.runProbes();
                    assertThat(bench.isOpen()).isFalse();
                    throw new OriginException(OriginFailure.HEAD_TIMEOUT, "hub.test");
                });
        bench.failThrice();
        bench.probed.failure(OriginFailure.CONNECT_REFUSED);
        bench.runProbes();
        bench.probed.forgetAnswers();
        assertThat(bench.failure(GET)).isEqualTo(OriginFailure.HEAD_TIMEOUT);
    }

    @Test
    void ifThatRequestFailsTheHostIsProbedAgain() throws Exception {
        bench.wire.failure(OriginFailure.CONNECT_REFUSED);
        bench.failThrice();
        bench.probed.failure(OriginFailure.CONNECT_REFUSED);
        bench.runProbes();
        assertThat(bench.failure(GET)).isEqualTo(OriginFailure.CONNECT_REFUSED);
        assertThat(bench.failure(GET)).isEqualTo(OriginFailure.CIRCUIT_OPEN);
        assertThat(bench.watches()).isEqualTo(1);
    }

    @Test
    void whereTooManyHostsAreProbedOneRequestAtATimeTakesThePlaceOfAProbe() throws Exception {
        BreakerSettings usual = BreakerBench.SETTINGS;
        BreakerBench full = new BreakerBench(new BreakerSettings(
                usual.failures(), usual.paths(), usual.window(), PAUSE, usual.probeTimeout(), usual.rest(), 0));
        full.wire
                .failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .then(() -> {
                    assertThat(full.failure(GET)).isEqualTo(OriginFailure.CIRCUIT_OPEN);
                    return new EmptyResponse(200, Fields.EMPTY);
                });
        full.failThrice();
        assertThat(full.watches()).isZero();
        assertThat(full.failure(GET)).isEqualTo(OriginFailure.CIRCUIT_OPEN);
        full.clock.pass(PAUSE);
        assertThat(full.failure(GET)).isEqualTo(OriginFailure.CONNECT_REFUSED);
        assertThat(full.failure(GET)).isEqualTo(OriginFailure.CIRCUIT_OPEN);
        full.clock.pass(PAUSE);
        full.origin.send(GET).close();
        assertThat(full.isOpen()).isFalse();
    }

    @Test
    void closingEndsTheProbes() throws Exception {
        openByRefusals();
        bench.probed.then(() -> {
            bench.origin.close();
            throw new OriginException(OriginFailure.CONNECT_REFUSED, "hub.test");
        });
        bench.runProbes();
        assertThat(bench.probed.asked()).hasSize(1);
    }

    /** With real sockets and threads: nobody asks, and the circuit closes all the same. */
    @Test
    void aHostThatIsBackIsFoundWithoutAnyRequest() throws Exception {
        CountDownLatch back = new CountDownLatch(1);
        CountDownLatch silent = new CountDownLatch(1);
        RawOrigin.Script script = peer -> {
            String head = peer.readHead();
            if (back.getCount() == 0 && head != null && head.startsWith("HEAD ")) {
                peer.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
            } else {
                silent.countDown();
            }
        };
        OriginSettings settings = OriginSettingsBuilder.patient()
                .retry(new RetrySettings(1, Duration.ZERO, 0))
                .breaker(new BreakerSettings(1, Duration.ofMillis(20)).withPaths(1))
                .build();
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = Rig.open()) {
            OriginStack origin = OriginStack.over(rig.origin(), settings, Map.of(), InstantSource.system());
            OriginRequest request = OriginRequest.get(raw.uri("/a")).withPrivateAllowed(true);
            assertThat(catchThrowableOfType(OriginException.class, () -> origin.send(request))
                            .failure())
                    .isEqualTo(OriginFailure.RESET_BEFORE_HEAD);
            assertThat(silent.await(20, TimeUnit.SECONDS)).isTrue();
            Rig.eventually(() -> origin.failing().size() == 1);
            back.countDown();
            Rig.eventually(() -> origin.failing().isEmpty());
            assertThat(origin.answeredProbes()).isPositive();
            origin.close();
        }
    }

    @Test
    void unrelatedPathsAreThoseOfOtherRepositories() {
        OriginRequest request = GET.on("hub", "", true, "acme/tiny", List.of());
        assertThat(request.purpose().subjectOf(request.uri())).isEqualTo("acme/tiny");
        assertThat(GET.purpose().subjectOf(URI.create("https://hub.test/a/b?c")))
                .isEqualTo("/a");
        assertThat(GET.purpose().subjectOf(URI.create("https://hub.test"))).isEmpty();
    }
}
