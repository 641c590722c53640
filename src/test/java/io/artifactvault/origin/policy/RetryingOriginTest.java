package io.artifactvault.origin.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.http.Fields;
import io.artifactvault.origin.Answers;
import io.artifactvault.origin.EmptyResponse;
import io.artifactvault.origin.HandClock;
import io.artifactvault.origin.Origin;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.RetrySettings;
import io.artifactvault.origin.ShortBody;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is tried again, how often, after how long, and what is not. */
class RetryingOriginTest {
    private static final OriginRequest GET = OriginRequest.get(URI.create("https://hub.test/a"));

    private final HandClock clock = new HandClock();
    private final Answers wire = new Answers();
    private final Origin origin = new RetryingOrigin(wire, RetrySettings.defaults(), clock, new Random(1));

    private OriginFailure failing(OriginRequest request) {
        return catchThrowableOfType(OriginException.class, () -> origin.send(request))
                .failure();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.INCLUDE,
            names = {
                "DNS_FAILED",
                "CONNECT_REFUSED",
                "CONNECT_TIMEOUT",
                "RESET_BEFORE_HEAD",
                "PROXY_UNREACHABLE",
                "PROXY_FAILED"
            })
    void theseFailuresAreTriedThreeTimesWithinTenSeconds(OriginFailure failure) {
        wire.failure(failure);
        assertThat(failing(GET)).isEqualTo(failure);
        assertThat(wire.asked()).hasSize(3);
        assertThat(clock.paused()).isBetween(Duration.ofNanos(2), Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "DNS_FAILED",
                "CONNECT_REFUSED",
                "CONNECT_TIMEOUT",
                "RESET_BEFORE_HEAD",
                "PROXY_UNREACHABLE",
                "PROXY_FAILED"
            })
    void noOtherFailureIsTriedAgain(OriginFailure failure) {
        wire.failure(failure);
        assertThat(failing(GET)).isEqualTo(failure);
        assertThat(wire.asked()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void aGatewaysErrorIsTriedAgainAndHandedOnWhenItStays(int status) throws Exception {
        wire.status(status);
        try (OriginResponse response = origin.send(GET)) {
            assertThat(response.status()).isEqualTo(status);
        }
        assertThat(wire.asked()).hasSize(3);
        assertThat(wire.given()).allMatch(EmptyResponse::isClosed);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 206, 302, 304, 400, 401, 403, 404, 416, 429, 500, 501, 505})
    void otherAnswersAreTakenAsTheyAre(int status) throws Exception {
        wire.status(status);
        origin.send(GET).close();
        assertThat(wire.asked()).hasSize(1);
    }

    @Test
    void theResponseOfASuccessfulRetryIsReturned() throws Exception {
        wire.failure(OriginFailure.RESET_BEFORE_HEAD).status(200);
        try (OriginResponse response = origin.send(GET)) {
            assertThat(response.status()).isEqualTo(200);
        }
        assertThat(wire.asked()).hasSize(2);
    }

    @Test
    void aRetryAfterThatFitsIsWaitedFor() throws Exception {
        wire.status(429, "Retry-After", "3").status(200);
        origin.send(GET).close();
        assertThat(clock.paused()).isBetween(Duration.ofSeconds(3), Duration.ofMillis(3200));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "60", "soon", ""})
    void aRetryAfterThatDoesNotFitIsHandedOn(String retryAfter) throws Exception {
        wire.status(429, "Retry-After", retryAfter);
        try (OriginResponse response = origin.send(GET)) {
            assertThat(response.status()).isEqualTo(429);
        }
        assertThat(wire.asked()).hasSize(1);
        assertThat(clock.pauses()).isEmpty();
    }

    @Test
    void aRetryAfterAsADateIsReadByTheOriginsOwnClock() throws Exception {
        wire.status(503, "Date", "Thu, 01 Jan 1998 00:00:00 GMT", "Retry-After", "Thu, 01 Jan 1998 00:00:04 GMT")
                .status(200);
        origin.send(GET).close();
        assertThat(clock.paused()).isBetween(Duration.ofSeconds(4), Duration.ofMillis(4200));
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void aRevalidationDoesNotWaitAsLongAsItIsTold(int status) throws Exception {
        wire.status(status, "Retry-After", "1");
        origin.send(GET.whenConvenient()).close();
        assertThat(wire.asked()).hasSize(1);
    }

    @Test
    void aRequestThatMayNotBeRepeatedIsSentOnce() {
        wire.failure(OriginFailure.CONNECT_REFUSED);
        assertThat(failing(GET.withMethod("POST"))).isEqualTo(OriginFailure.CONNECT_REFUSED);
        OriginRequest withBody = GET.withBody(Optional.of(new ShortBody("x")));
        assertThat(failing(withBody)).isEqualTo(OriginFailure.CONNECT_REFUSED);
        assertThat(wire.asked()).hasSize(2);
    }

    @Test
    void slowFailuresEndAfterTenSecondsInAll() {
        wire.then(() -> {
            Duration limit = wire.asked().getLast().patience().connect().orElse(Duration.ofSeconds(5));
            clock.pass(limit.compareTo(Duration.ofSeconds(5)) < 0 ? limit : Duration.ofSeconds(5));
            throw new OriginException(OriginFailure.CONNECT_TIMEOUT, "hub.test");
        });
        Duration start = clock.now();
        assertThat(failing(GET)).isEqualTo(OriginFailure.CONNECT_TIMEOUT);
        assertThat(wire.asked()).hasSize(2);
        assertThat(clock.now().minus(start)).isLessThanOrEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void retriesAddATenthOfTheRequestsDuringAnOutage() {
        wire.failure(OriginFailure.CONNECT_REFUSED);
        int requests = 1000;
        Origin still = new RetryingOrigin(wire, RetrySettings.defaults(), new Still(), new Random(1));
        for (int i = 0; i < requests; i++) {
            OriginRequest request = GET.withUri(URI.create("https://hub.test/" + i));
            assertThat(catchThrowableOfType(OriginException.class, () -> still.send(request)))
                    .isNotNull();
        }
        // The thirty saved up in quiet times, and a tenth of the requests.
        assertThat(wire.asked()).hasSizeBetween(requests + 100, requests + 30 + requests / 10);
    }

    @Test
    void aQuietVaultMayAlwaysTryAgain() {
        wire.failure(OriginFailure.CONNECT_REFUSED);
        for (int i = 0; i < 200; i++) {
            assertThat(failing(GET.withUri(URI.create("https://hub.test/" + i))))
                    .isEqualTo(OriginFailure.CONNECT_REFUSED);
            clock.pass(Duration.ofSeconds(1));
        }
        assertThat(wire.asked()).hasSize(600);
    }

    /** A client that tries six times itself learns no later than without the vault that it fails. */
    @ParameterizedTest
    @ValueSource(strings = {"", "5"})
    void aPathThatFailedAfterAllRetriesIsNotRetriedForEachRepetition(String retryAfter) throws Exception {
        wire.status(504, retryAfter.isEmpty() ? new String[0] : new String[] {"Retry-After", retryAfter});
        origin.send(GET).close();
        Duration paused = clock.paused();
        int asked = wire.asked().size();
        for (int i = 0; i < 5; i++) {
            clock.pass(Duration.ofSeconds(8));
            origin.send(GET).close();
        }
        assertThat(clock.paused()).isEqualTo(paused);
        assertThat(wire.asked()).hasSize(asked + 5);
    }

    @Test
    void itIsRetriedAgainAfterAResponseOrSomeTime() throws Exception {
        wire.status(504).status(504).status(504).status(200).status(504);
        origin.send(GET).close();
        origin.send(GET).close();
        origin.send(GET).close();
        assertThat(wire.asked()).hasSize(7);
        clock.pass(RetrySettings.defaults().time());
        origin.send(GET).close();
        assertThat(wire.asked()).hasSize(10);
    }

    @Test
    void aLimitThatIsSpentIsWaitedForHoweverOften() throws Exception {
        wire.status(429, "Retry-After", "1");
        origin.send(GET).close();
        origin.send(GET).close();
        assertThat(wire.asked()).hasSize(6);
    }

    @Test
    void whatCouldNotBeReachedLatelyIsTriedOnce() {
        wire.failure(OriginFailure.CONNECT_REFUSED);
        Origin doubtful = new RetryingOrigin(wire, RetrySettings.defaults(), clock, new Random(1), _ -> true);
        assertThat(catchThrowableOfType(OriginException.class, () -> doubtful.send(GET)))
                .isNotNull();
        assertThat(wire.asked()).hasSize(1);
    }

    @Test
    void anyNumberOfPathsThatFailedIsRememberedWithinBounds() {
        FailedPaths failed = new FailedPaths(Duration.ofSeconds(10));
        for (int i = 0; i < 10_000; i++) {
            failed.add(GET.withUri(URI.create("https://hub.test/" + i)), Duration.ZERO);
        }
        assertThat(failed.contains(GET.withUri(URI.create("https://hub.test/0")), Duration.ZERO))
                .isFalse();
        assertThat(failed.contains(GET.withUri(URI.create("https://hub.test/9999")), Duration.ZERO))
                .isTrue();
    }

    @Test
    void anInterruptedWaitGivesUpAndStaysInterrupted() {
        wire.failure(OriginFailure.CONNECT_REFUSED);
        Origin real = new RetryingOrigin(wire, RetrySettings.defaults(), Pacing.SYSTEM, new Random(1));
        Thread.currentThread().interrupt();
        OriginException failure = catchThrowableOfType(OriginException.class, () -> real.send(GET));
        assertThat(failure.failure()).isEqualTo(OriginFailure.INTERRUPTED);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void closingItClosesTheWire() {
        origin.close();
        assertThat(wire.isClosed()).isTrue();
        assertThat(RetryAfter.of(Fields.EMPTY)).isEmpty();
    }

    /** Time that stands still. */
    private static final class Still implements Pacing {
        @Override
        public Duration now() {
            return Duration.ZERO;
        }

        @Override
        public void pause(Duration time) {}
    }
}
