package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.http.RequestBody;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A host that fails again and again is left alone, and found again when it is back. */
class BreakingOriginTest {
    private static final OriginRequest GET = OriginRequest.get(URI.create("https://hub.test/a"));
    private static final OriginRequest POST =
            GET.withMethod("POST").withBody(Optional.of(RequestBody.of(new byte[] {1})));
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final HandClock clock = new HandClock();
    private final Answers wire = new Answers();
    private final BreakingOrigin origin = new BreakingOrigin(wire, new BreakerSettings(3, PAUSE), clock);

    private OriginException failing(OriginRequest request) {
        return catchThrowableOfType(OriginException.class, () -> origin.send(request));
    }

    private void failThrice() {
        for (int i = 0; i < 3; i++) {
            assertThat(failing(GET).failure()).isNotEqualTo(OriginFailure.CIRCUIT_OPEN);
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "DNS_FAILED",
                "CONNECT_REFUSED",
                "CONNECT_TIMEOUT",
                "RESET_BEFORE_HEAD",
                "HEAD_TIMEOUT",
                "PROXY_UNREACHABLE",
                "PROXY_FAILED"
            })
    void theseFailuresOpenIt(OriginFailure failure) {
        wire.failure(failure);
        failThrice();
        assertThat(failing(GET).failure()).isEqualTo(OriginFailure.CIRCUIT_OPEN);
        assertThat(wire.asked()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(names = {"TLS_FAILED", "ADDRESS_REFUSED", "BAD_MESSAGE", "REQUEST_CUT", "INTERRUPTED", "PROXY_LOGIN"})
    void theseDoNot(OriginFailure failure) {
        wire.failure(failure);
        for (int i = 0; i < 10; i++) {
            assertThat(failing(GET).failure()).isEqualTo(failure);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void aGatewaysErrorsOpenIt(int status) throws Exception {
        wire.status(status);
        for (int i = 0; i < 3; i++) {
            origin.send(GET).close();
        }
        assertThat(failing(GET).failure()).isEqualTo(OriginFailure.CIRCUIT_OPEN);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 404, 429, 500})
    void otherAnswersDoNot(int status) throws Exception {
        wire.status(status);
        for (int i = 0; i < 10; i++) {
            origin.send(GET).close();
        }
        assertThat(origin.remembered()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void aGatewaysErrorSpeaksOfOnePathWhereManyServicesMayStandBehindThem(int status) throws Exception {
        OriginRequest request = GET.on("files", "", false, List.of());
        wire.failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .status(status);
        assertThat(failing(request).failure()).isEqualTo(OriginFailure.CONNECT_REFUSED);
        assertThat(failing(request).failure()).isEqualTo(OriginFailure.CONNECT_REFUSED);
        for (int i = 0; i < 10; i++) {
            origin.send(request).close();
        }
        assertThat(origin.remembered()).isZero();
    }

    @Test
    void anAnswerInBetweenStartsTheCountAnew() throws Exception {
        wire.failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .status(200)
                .failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .status(200);
        assertThat(failing(GET).failure()).isEqualTo(OriginFailure.CONNECT_REFUSED);
        assertThat(failing(GET).failure()).isEqualTo(OriginFailure.CONNECT_REFUSED);
        origin.send(GET).close();
        assertThat(failing(GET).failure()).isEqualTo(OriginFailure.CONNECT_REFUSED);
        assertThat(failing(GET).failure()).isEqualTo(OriginFailure.CONNECT_REFUSED);
        origin.send(GET).close();
    }

    @Test
    void theRefusalSaysSinceWhenAndWhenAgain() {
        wire.failure(OriginFailure.CONNECT_REFUSED);
        failThrice();
        clock.pass(Duration.ofSeconds(4));
        OriginException refused = failing(GET);
        assertThat(refused).hasMessageContainingAll("hub.test: it failed again and again", "3 failures", "4 s ago");
        assertThat(refused).hasMessageContaining("again in 6 s");
        assertThat(refused.clientFields().first("Retry-After")).hasValue("6");
        assertThat(refused.failure().clientStatus()).isEqualTo(503);
    }

    @Test
    void afterThePauseOneRequestProbesAndTheOthersFailStill() throws Exception {
        wire.failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .then(() -> {
                    assertThat(failing(GET).failure()).isEqualTo(OriginFailure.CIRCUIT_OPEN);
                    return new Answers().status(200).send(GET);
                })
                .status(200);
        failThrice();
        clock.pass(PAUSE);
        origin.send(GET).close();
        origin.send(GET).close();
        assertThat(wire.asked()).hasSize(5);
        assertThat(origin.remembered()).isZero();
    }

    @Test
    void aProbeThatFailsDoublesThePauseUpToEightTimes() {
        wire.failure(OriginFailure.CONNECT_REFUSED);
        failThrice();
        for (int factor : new int[] {1, 2, 4, 8, 8}) {
            clock.pass(PAUSE.multipliedBy(factor).minusMillis(1));
            assertThat(failing(GET).failure()).isEqualTo(OriginFailure.CIRCUIT_OPEN);
            clock.pass(Duration.ofMillis(1));
            assertThat(failing(GET).failure()).isEqualTo(OriginFailure.CONNECT_REFUSED);
        }
    }

    @Test
    void aProbeThatIsBrokenOffLetsAnotherProbe() {
        wire.failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.INTERRUPTED)
                .failure(OriginFailure.CONNECT_REFUSED);
        failThrice();
        clock.pass(PAUSE);
        assertThat(failing(GET).failure()).isEqualTo(OriginFailure.INTERRUPTED);
        assertThat(failing(GET).failure()).isEqualTo(OriginFailure.CONNECT_REFUSED);
    }

    @Test
    void anotherPortOrSchemeIsAnotherOrigin() {
        wire.failure(OriginFailure.CONNECT_REFUSED);
        failThrice();
        assertThat(failing(GET.withUri(URI.create("https://hub.test:8443/a"))).failure())
                .isEqualTo(OriginFailure.CONNECT_REFUSED);
        assertThat(failing(GET.withUri(URI.create("http://hub.test/a"))).failure())
                .isEqualTo(OriginFailure.CONNECT_REFUSED);
        assertThat(failing(GET.withUri(URI.create("https://HUB.test:443/b"))).failure())
                .isEqualTo(OriginFailure.CIRCUIT_OPEN);
    }

    /** Twelve uploads that stall would close the origin to everybody. */
    @ParameterizedTest
    @EnumSource(names = {"HEAD_TIMEOUT", "RESET_BEFORE_HEAD", "CONNECT_TIMEOUT", "REQUEST_CUT"})
    void aRequestWithABodyDoesNotCount(OriginFailure failure) {
        wire.failure(failure);
        for (int i = 0; i < 12; i++) {
            assertThat(failing(POST).failure()).isEqualTo(failure);
        }
        assertThat(failing(GET).failure()).isEqualTo(failure);
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void aGatewaysErrorForABodyDoesNotCountEither(int status) throws Exception {
        wire.status(status);
        for (int i = 0; i < 12; i++) {
            origin.send(POST).close();
        }
        origin.send(GET).close();
    }

    @Test
    void aStalledUploadIsNotTheProbeThatOthersWaitFor() throws Exception {
        wire.failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .then(() -> {
                    // While the upload is under way:
                    origin.send(GET).close();
                    throw new OriginException(OriginFailure.HEAD_TIMEOUT, "hub.test");
                })
                .status(200);
        failThrice();
        assertThat(failing(POST).failure()).isEqualTo(OriginFailure.CIRCUIT_OPEN);
        clock.pass(PAUSE);
        assertThat(failing(POST).failure()).isEqualTo(OriginFailure.HEAD_TIMEOUT);
        origin.send(GET).close();
    }

    @Test
    void anAnswerToARequestWithABodyClosesTheCircuit() throws Exception {
        wire.failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .failure(OriginFailure.CONNECT_REFUSED)
                .status(200);
        failThrice();
        clock.pass(PAUSE);
        origin.send(POST).close();
        assertThat(origin.remembered()).isZero();
    }

    @Test
    void anyNumberOfFailingHostsIsRememberedWithinBounds() {
        wire.failure(OriginFailure.DNS_FAILED);
        for (int i = 0; i < 5000; i++) {
            assertThat(failing(GET.withUri(URI.create("https://h" + i + ".test/"))))
                    .isNotNull();
        }
        assertThat(origin.remembered()).isBetween(1, 1000);
    }
}
