package io.artifactvault.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.fixtures.TestClock;
import io.artifactvault.http.Client;
import io.artifactvault.http.Credential;
import io.artifactvault.http.Departure;
import io.artifactvault.http.EarlyAnswers;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use the admin API. */
class AdminGuardTest {
    private static final TestClock CLOCK = new TestClock();
    private static final Optional<Credential> TOKEN = Optional.of(Credential.bearer("right"));

    private static AdminGuard guard(String host, Optional<Credential> token) {
        return new AdminGuard(new AdminSettings(host, 8081, token), new TokenAttempts(CLOCK));
    }

    private static Request call(String base, String... fields) {
        Fields.Builder all = Fields.builder().add("Host", base.substring("http://".length()));
        Fields.of(fields).forEach(all::add);
        return from("10.0.0.1", base, all.build());
    }

    private static Request from(String address, String base, Fields fields) {
        return new Request(
                "GET",
                new Target("/admin/jobs", Optional.empty()),
                fields,
                base,
                Optional.empty(),
                EarlyAnswers.NONE,
                new Client(address, new Departure()));
    }

    private static Request withToken(String address, String token) {
        return from(address, "http://vault:8081", Fields.of("Host", "vault:8081", "Authorization", "Bearer " + token));
    }

    private static int refusal(AdminGuard guard, Request call) {
        AdminException refused = catchThrowableOfType(AdminException.class, () -> guard.admit(call));
        return refused.status();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:8081", "http://localhost:8081", "http://[::1]:8081"})
    void withoutATokenALoopbackListenerServesRequestsToALoopbackName(String base) {
        assertThatCode(() -> guard("127.0.0.1", Optional.empty()).admit(call(base)))
                .doesNotThrowAnyException();
    }

    @Test
    void aForeignNameThatResolvesToThisMachineIsRefused() {
        assertThat(refusal(guard("127.0.0.1", Optional.empty()), call("http://rebound.example:8081")))
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.evil.example",
                "http://127.0.0.1.evil:8081",
                "http://0x7f.1:8081",
                "http://2130706433",
                "http://localhost.evil.example",
                "http://[::ffff:127.0.0.1]:8081"
            })
    void aNameThatOnlyLooksLikeLoopbackIsRefused(String base) {
        assertThat(refusal(guard("127.0.0.1", Optional.empty()), call(base))).isEqualTo(403);
        assertThat(refusal(guard("127.evil.example", Optional.empty()), call("http://127.0.0.1:8081")))
                .isEqualTo(403);
    }

    @Test
    void aCallThatNamesNoHostIsRefused() {
        Request call = from("127.0.0.1", "http://localhost", Fields.EMPTY);
        assertThat(refusal(guard("127.0.0.1", Optional.empty()), call)).isEqualTo(403);
    }

    private static AdminGuard guardAfterMistakes() {
        AdminGuard guard = guard("0.0.0.0", TOKEN);
        for (int i = 0; i < TokenAttempts.MISTAKES; i++) {
            assertThat(refusal(guard, withToken("10.0.0.1", "wrong"))).isEqualTo(401);
        }
        return guard;
    }

    @Test
    void aFewWrongTokensAndAMissingOneDoNotHoldUpTheRightOne() {
        AdminGuard guard = guardAfterMistakes();
        assertThat(refusal(guard, call("http://vault:8081"))).isEqualTo(401);
        assertThatCode(() -> guard.admit(withToken("10.0.0.1", "right"))).doesNotThrowAnyException();
    }

    @Test
    void wrongTokensOfOneAddressAreSlowedAndOthersAreNot() {
        AdminGuard guard = guardAfterMistakes();
        assertThat(refusal(guard, withToken("10.0.0.1", "wrong"))).isEqualTo(401);
        assertThat(refusal(guard, withToken("10.0.0.1", "wrong"))).isEqualTo(429);
        assertThat(refusal(guard, withToken("10.0.0.1", "right"))).isEqualTo(429);
        assertThatCode(() -> guard.admit(withToken("10.0.0.2", "right"))).doesNotThrowAnyException();
        CLOCK.advance(Duration.ofMillis(250));
        assertThatCode(() -> guard.admit(withToken("10.0.0.1", "right"))).doesNotThrowAnyException();
        assertThat(refusal(guard, withToken("10.0.0.1", "wrong"))).isEqualTo(401);
    }

    @Test
    void eachWrongTokenDoublesThePauseUpToABound() {
        AdminGuard guard = guardAfterMistakes();
        long[] pauses = {250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000};
        for (long pause : pauses) {
            assertThat(refusal(guard, withToken("10.0.0.1", "wrong"))).isEqualTo(401);
            CLOCK.advance(Duration.ofMillis(pause - 1));
            assertThat(refusal(guard, withToken("10.0.0.1", "wrong"))).isEqualTo(429);
            CLOCK.advance(Duration.ofMillis(1));
        }
    }

    @Test
    void aRefusalSaysWhenToRetryAndDoesNotRepeatTheToken() {
        AdminGuard guard = guardAfterMistakes();
        assertThat(refusal(guard, withToken("10.0.0.1", "wr0ng"))).isEqualTo(401);
        AdminException refused =
                catchThrowableOfType(AdminException.class, () -> guard.admit(withToken("10.0.0.1", "wr0ng")));
        assertThat(refused.fields().first("Retry-After")).hasValue("1");
        assertThat(refused.sentence()).doesNotContain("wr0ng");
    }

    @Test
    void withoutATokenAListenerThatOtherMachinesReachRefusesEveryCall() {
        assertThat(refusal(guard("0.0.0.0", Optional.empty()), call("http://127.0.0.1:8081")))
                .isEqualTo(403);
    }

    @Test
    void theRightTokenIsAdmittedAndAnotherIsRefused() {
        AdminGuard guard = guard("0.0.0.0", TOKEN);
        assertThatCode(() -> guard.admit(call("http://vault:8081", "Authorization", "Bearer right")))
                .doesNotThrowAnyException();
        assertThat(refusal(guard, call("http://vault:8081", "Authorization", "Bearer wrong")))
                .isEqualTo(401);
        assertThat(refusal(guard, call("http://vault:8081"))).isEqualTo(401);
    }

    @Test
    void aPageOfAnotherSiteIsRefusedEvenWithTheToken() {
        assertThat(refusal(
                        guard("127.0.0.1", TOKEN),
                        call(
                                "http://localhost:8081",
                                "Authorization",
                                "Bearer right",
                                "Origin",
                                "http://localhost:8081")))
                .isEqualTo(403);
    }
}
