package io.artifactvault.origin.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Fields;
import io.artifactvault.http.ReadyBody;
import io.artifactvault.origin.Answers;
import io.artifactvault.origin.BreakerBench;
import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.EmptyResponse;
import io.artifactvault.origin.HandClock;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.RequestContext;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A host that fails again and again is asked by probes alone; a path that fails takes no other away. */
class CircuitBreakingOriginTest {
    private static final OriginRequest GET = BreakerBench.GET;
    private static final OriginRequest POST =
            GET.withMethod("POST").withBody(Optional.of(new ReadyBody(new byte[] {1})));
    private static final Duration PAUSE = BreakerBench.PAUSE;

    private final BreakerBench bench = new BreakerBench(BreakerBench.SETTINGS);
    private final HandClock clock = bench.clock;
    private final Answers wire = bench.wire;
    private final Circuits circuits = bench.circuits;
    private final Origin origin = bench.origin;

    private OriginException failing(OriginRequest request) {
        return bench.failing(request);
    }

    private static OriginRequest get(String path) {
        return BreakerBench.get(path);
    }

    private boolean isOpen() {
        return bench.isOpen();
    }

    @ParameterizedTest
    @EnumSource(names = {"DNS_FAILED", "CONNECT_REFUSED", "CONNECT_TIMEOUT", "PROXY_UNREACHABLE", "PROXY_FAILED"})
    void aHostThatCannotBeConnectedIsLeftAloneWhateverWasAskedFor(OriginFailure failure) {
        wire.failure(failure);
        for (int i = 0; i < 3; i++) {
            assertThat(failing(GET).failure()).isEqualTo(failure);
            clock.pass(Duration.ofMillis(1));
        }
        assertThat(failing(GET).failure()).isEqualTo(OriginFailure.CIRCUIT_OPEN);
        assertThat(wire.asked()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(names = {"RESET_BEFORE_HEAD", "HEAD_TIMEOUT"})
    void unansweredUnrelatedPathsOpenItOnceTheRootFailsToo(OriginFailure failure) throws Exception {
        wire.failure(failure);
        bench.failThrice();
        assertThat(failing(GET).failure()).isEqualTo(failure);
        bench.probed.failure(failure).then(() -> {
            assertThat(failing(GET).failure()).isEqualTo(OriginFailure.CIRCUIT_OPEN);
            return new EmptyResponse(200, Fields.EMPTY);
        });
        bench.runProbes();
        assertThat(bench.probed.asked()).hasSize(2);
    }

    /** One client asks for paths of its own choice of which it knows that they give no answer. */
    @ParameterizedTest
    @EnumSource(names = {"RESET_BEFORE_HEAD", "HEAD_TIMEOUT"})
    void pathsOfAClientsChoiceCloseNoHostThatAnswersAProbe(OriginFailure failure) {
        wire.failure(failure);
        for (int round = 0; round < 10; round++) {
            bench.probed.forgetAnswers();
            bench.probed.status(404);
            for (int i = 0; i < 60; i++) {
                assertThat(failing(get("/bad" + round + "-" + i)).failure()).isEqualTo(failure);
            }
            assertThat(bench.watches()).isEqualTo(1);
            bench.runProbes();
            assertThat(isOpen()).isFalse();
            assertThat(circuits.size()).isZero();
        }
        assertThat(bench.probed.asked())
                .hasSize(10)
                .allMatch(probe -> probe.uri().getPath().equals("/"));
    }

    /** The root of a host of files may fail for ever, so it is asked for what it answered last, too. */
    @Test
    void aHostWhoseRootFailsIsNotClosedWhileThePathThatItAnsweredLastIsWell() throws Exception {
        wire.status(200).failure(OriginFailure.RESET_BEFORE_HEAD);
        origin.send(get("/good/file?signature=1")).close();
        bench.failThrice();
        bench.probed.status(200).failure(OriginFailure.RESET_BEFORE_HEAD);
        bench.runProbes();
        assertThat(bench.probed.asked())
                .extracting(OriginRequest::uri)
                .contains(URI.create("https://hub.test/good/file"));
        assertThat(isOpen()).isFalse();
        assertThat(failing(GET).failure()).isEqualTo(OriginFailure.RESET_BEFORE_HEAD);
    }

    @Test
    void anAnswerWhileTheDoubtIsBeingSettledEndsIt() throws Exception {
        wire.failure(OriginFailure.RESET_BEFORE_HEAD)
                .failure(OriginFailure.RESET_BEFORE_HEAD)
                .failure(OriginFailure.RESET_BEFORE_HEAD)
                .status(200);
        bench.failThrice();
        bench.probed.then(() -> {
            origin.send(get("/good")).close();
            throw new OriginException(OriginFailure.HEAD_TIMEOUT, "hub.test");
        });
        bench.runProbes();
        assertThat(isOpen()).isFalse();
    }

    /** A probe that the vault broke off itself proves nothing. */
    @Test
    void aHostIsNotClosedWhereTheVaultEndsBeforeTheDoubtIsSettled() throws Exception {
        wire.failure(OriginFailure.RESET_BEFORE_HEAD);
        bench.failThrice();
        bench.probed.failure(OriginFailure.INTERRUPTED);
        bench.runProbes();
        assertThat(isOpen()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"RESET_BEFORE_HEAD", "HEAD_TIMEOUT"})
    void oneUnansweredPathBlocksNoOther(OriginFailure failure) {
        wire.failure(failure);
        for (int i = 0; i < 20; i++) {
            assertThat(failing(get("/slow/" + i)).failure()).isEqualTo(failure);
            assertThat(failing(get("/slow?report=" + i)).failure()).isEqualTo(failure);
            clock.pass(PAUSE);
        }
        assertThat(isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void aGatewaysErrorsForUnrelatedPathsOpenIt(int status) throws Exception {
        wire.status(status);
        for (String path : List.of("/a", "/b", "/c")) {
            origin.send(get(path)).close();
        }
        bench.probed.status(status).then(() -> {
            assertThat(failing(GET).failure()).isEqualTo(OriginFailure.CIRCUIT_OPEN);
            assertThat(failing(GET)).hasMessageContaining("the response was " + status);
            return new EmptyResponse(200, Fields.EMPTY);
        });
        bench.runProbes();
        assertThat(bench.probed.asked()).hasSize(2);
    }

    /** One repository is answered 504 by the Hub, always, for everybody. */
    @Test
    void oneBrokenRepositoryBlocksNoOther() throws Exception {
        wire.status(504);
        for (int i = 0; i < 20; i++) {
            OriginRequest api = get("/api/datasets/acme/broken/tree/main");
            OriginRequest file = get("/datasets/acme/broken/resolve/main/f" + i);
            origin.send(api.on("hub", "", true, "acme/broken", List.of())).close();
            origin.send(file.on("hub", "", true, "acme/broken", List.of())).close();
            clock.pass(PAUSE);
        }
        assertThat(isOpen()).isFalse();
    }

    @Test
    void anAnswerInBetweenStartsTheCountAnew() throws Exception {
        wire.failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .status(200)
                .failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .status(200);
        for (int i = 0; i < 2; i++) {
            assertThat(failing(get("/a")).failure()).isEqualTo(OriginFailure.CONNECT_REFUSED);
            assertThat(failing(get("/b")).failure()).isEqualTo(OriginFailure.CONNECT_REFUSED);
            origin.send(GET).close();
        }
        assertThat(circuits.size()).isZero();
    }

    @Test
    void whatFailedLongAgoNoLongerCounts() {
        wire.failure(OriginFailure.CONNECT_REFUSED);
        for (int i = 0; i < 10; i++) {
            assertThat(failing(GET).failure()).isEqualTo(OriginFailure.CONNECT_REFUSED);
            clock.pass(BreakerBench.SETTINGS.window().plusMillis(1));
        }
    }

    /** A cold start of a crowd: five clients ask for one file, and all fail together. */
    @ParameterizedTest
    @EnumSource(names = {"CONNECT_REFUSED", "HEAD_TIMEOUT", "RESET_BEFORE_HEAD"})
    void requestsForOnePathThatFailTogetherCountOnce(OriginFailure failure) {
        List<OriginFailure> failures = new ArrayList<>();
        wire.then(() -> {
            if (wire.asked().size() < 5) {
                failures.add(failing(GET).failure());
            }
            clock.pass(Duration.ofMillis(10));
            throw new OriginException(failure, "hub.test");
        });
        failures.add(failing(GET).failure());
        assertThat(failures).hasSize(5).containsOnly(failure);
        assertThat(isOpen()).isFalse();
    }

    @Test
    void allTriesOfOneTaskCountOnce() {
        wire.failure(OriginFailure.CONNECT_REFUSED);
        RequestContext task = new RequestContext("127.0.0.2", new Cancellation());
        ScopedValue.where(RequestContext.CURRENT, task).run(() -> {
            for (int i = 0; i < 10; i++) {
                assertThat(failing(get("/" + i)).failure()).isEqualTo(OriginFailure.CONNECT_REFUSED);
                clock.pass(PAUSE);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"TLS_FAILED", "ADDRESS_REFUSED", "BAD_MESSAGE", "INTERRUPTED", "ABANDONED", "PROXY_LOGIN"})
    void otherFailuresDoNotCount(OriginFailure failure) {
        wire.failure(failure);
        for (int i = 0; i < 10; i++) {
            assertThat(failing(get("/" + i)).failure()).isEqualTo(failure);
        }
        assertThat(isOpen()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"RATE_LIMITED", "RATE_SHORT", "CONNECTIONS_SPENT"})
    void aRefusalByTheVaultIsNotAResponseEither(OriginFailure failure) {
        wire.failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .failure(failure)
                .failure(OriginFailure.CONNECT_REFUSED);
        for (int i = 0; i < 4; i++) {
            assertThat(failing(get("/" + i)).failure()).isNotEqualTo(OriginFailure.CIRCUIT_OPEN);
        }
        assertThat(isOpen()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 404, 429, 500})
    void otherResponsesDoNotCount(int status) throws Exception {
        wire.status(status);
        for (int i = 0; i < 10; i++) {
            origin.send(get("/" + i)).close();
        }
        assertThat(circuits.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void aGatewaysErrorIsAnAnswerWhereManyServicesMayStandBehindThePaths(int status) throws Exception {
        wire.failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .status(status);
        assertThat(failing(get("/a")).failure()).isEqualTo(OriginFailure.CONNECT_REFUSED);
        assertThat(failing(get("/b")).failure()).isEqualTo(OriginFailure.CONNECT_REFUSED);
        for (int i = 0; i < 10; i++) {
            origin.send(get("/" + i).on("files", "", false, List.of())).close();
        }
        assertThat(circuits.size()).isZero();
    }

    /** Twelve uploads that stall would close the origin to everybody. */
    @ParameterizedTest
    @EnumSource(names = {"HEAD_TIMEOUT", "RESET_BEFORE_HEAD", "CONNECT_TIMEOUT", "REQUEST_CUT"})
    void aRequestWithABodyDoesNotCount(OriginFailure failure) {
        wire.failure(failure);
        for (int i = 0; i < 12; i++) {
            assertThat(failing(POST.withUri(URI.create("https://hub.test/" + i)))
                            .failure())
                    .isEqualTo(failure);
        }
        assertThat(failing(GET).failure()).isEqualTo(failure);
    }

    @Test
    void anotherPortOrSchemeIsAnotherOrigin() throws Exception {
        wire.failure(OriginFailure.CONNECT_REFUSED);
        bench.failThrice();
        assertThat(failing(GET.withUri(URI.create("https://hub.test:8443/a"))).failure())
                .isEqualTo(OriginFailure.CONNECT_REFUSED);
        assertThat(failing(GET.withUri(URI.create("http://hub.test/a"))).failure())
                .isEqualTo(OriginFailure.CONNECT_REFUSED);
        assertThat(failing(GET.withUri(URI.create("https://HUB.test:443/b"))).failure())
                .isEqualTo(OriginFailure.CIRCUIT_OPEN);
    }

    @Test
    void anyNumberOfFailingHostsIsRememberedWithinBounds() {
        wire.failure(OriginFailure.DNS_FAILED);
        for (int i = 0; i < 5000; i++) {
            assertThat(failing(GET.withUri(URI.create("https://h" + i + ".test/"))))
                    .isNotNull();
        }
        assertThat(circuits.size()).isBetween(1, 1000);
    }

    @Test
    void theRefusalNamesTheFirstCauseAndNoTimeBeyondTheNextProbe() throws Exception {
        wire.failure(OriginFailure.CONNECT_TIMEOUT).failure(OriginFailure.CONNECT_REFUSED);
        bench.failThrice();
        OriginException refused = failing(GET);
        assertThat(refused)
                .hasMessageContainingAll("hub.test: ", "the connection attempt timed out, since 12:03:05 UTC");
        assertThat(refused.hostless())
                .contains("the connection attempt timed out")
                .doesNotContain("hub.test");
        assertThat(refused.retryAfter().orElseThrow()).isLessThanOrEqualTo(PAUSE);
        assertThat(refused.clientFields().first("Retry-After")).hasValue("1");
        assertThat(refused.failure().clientStatus()).isEqualTo(503);
    }

    @Test
    void noClientRequestServesAsAProbe() throws Exception {
        wire.failure(OriginFailure.CONNECT_REFUSED);
        bench.failThrice();
        for (int i = 0; i < 100; i++) {
            clock.pass(PAUSE);
            assertThat(failing(GET).failure()).isEqualTo(OriginFailure.CIRCUIT_OPEN);
            assertThat(failing(POST).failure()).isEqualTo(OriginFailure.CIRCUIT_OPEN);
        }
        assertThat(wire.asked()).hasSize(3);
    }
}
