package io.artifactvault.cache.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.access.Authentications.Standing;
import io.artifactvault.cache.lookup.FetchOutcome;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.CredentialSettings;
import io.artifactvault.http.Fields;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthenticationsTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final Duration TTL = Duration.ofMinutes(5);
    private static final Caller ANN = new Caller("ann");
    private static final Standing ACCEPTED = new Standing.Accepted();
    private static final Standing REFUSED = new Standing.Refused(
            new FetchOutcome.Final(Verdict.Kind.UNAUTHENTICATED, 401, Fields.EMPTY, new byte[0], true));

    private final Authentications authentications = new Authentications(CredentialSettings.defaults());

    @ParameterizedTest
    @CsvSource({"0, true", "299, true", "300, false"})
    void aResultIsValidForItsLifetime(long later, boolean known) {
        authentications.record("hf", ANN, REFUSED, NOW);
        assertThat(authentications.of("hf", ANN, TTL, NOW.plusSeconds(later)).isPresent())
                .isEqualTo(known);
    }

    @Test
    void aResultAppliesToOneCallerAtOneBackend() {
        authentications.record("hf", ANN, ACCEPTED, NOW);
        assertThat(authentications.isAccepted("hf", ANN, TTL, NOW)).isTrue();
        assertThat(authentications.of("mirror", ANN, TTL, NOW)).isEmpty();
        assertThat(authentications.of("hf", new Caller("bob"), TTL, NOW)).isEmpty();
    }

    @Test
    void theResponseToTheLaterRequestCounts() {
        authentications.record("hf", ANN, REFUSED, NOW);
        authentications.record("hf", ANN, ACCEPTED, NOW.minusSeconds(1));
        assertThat(authentications.of("hf", ANN, TTL, NOW)).contains(REFUSED);
        authentications.record("hf", ANN, ACCEPTED, NOW.plusSeconds(1));
        assertThat(authentications.of("hf", ANN, TTL, NOW.plusSeconds(1))).contains(ACCEPTED);
    }

    @Test
    void anUnavailableUpstreamIsRememberedBriefly() {
        authentications.unclear("hf", ANN, NOW, NOW.plusSeconds(3));
        assertThat(authentications.of("hf", ANN, TTL, NOW.plusSeconds(12))).contains(new Standing.Unclear());
        assertThat(authentications.of("hf", ANN, TTL, NOW.plusSeconds(13))).isEmpty();
    }

    @Test
    void noFloodOfRefusedCredentialsPushesOutAnAcceptedOne() {
        Authentications small = new Authentications(new CredentialSettings(Duration.ofSeconds(10), 64 << 10, 8, 0, 0));
        small.record("hf", ANN, ACCEPTED, NOW);
        for (int i = 0; i < 5_000; i++) {
            small.record("hf", new Caller("invented" + i), REFUSED, NOW);
            small.unclear("hf", new Caller("unclear" + i), NOW, NOW);
        }
        assertThat(small.isAccepted("hf", ANN, TTL, NOW)).isTrue();
    }

    @Test
    void thePauseAfterAnUnansweredRequestIsConfigurable() {
        Authentications patient = new Authentications(new CredentialSettings(Duration.ofMinutes(1), 1 << 20, 8, 0, 0));
        patient.unclear("hf", ANN, NOW, NOW);
        assertThat(patient.of("hf", ANN, TTL, NOW.plusSeconds(59))).isPresent();
        assertThat(patient.of("hf", ANN, TTL, NOW.plusSeconds(60))).isEmpty();
    }

    @Test
    void anAcceptedCredentialStaysKnownUntilItIsRefused() {
        authentications.record("hf", ANN, ACCEPTED, NOW);
        authentications.unclear("hf", ANN, NOW.plus(TTL), NOW.plus(TTL));
        assertThat(authentications.wasAccepted("hf", ANN)).isTrue();
        assertThat(authentications.of("hf", ANN, TTL, NOW.plus(TTL))).contains(new Standing.Unclear());
        authentications.record("hf", ANN, REFUSED, NOW.plus(TTL).plusSeconds(1));
        assertThat(authentications.wasAccepted("hf", ANN)).isFalse();
    }

    @Test
    void aResultThatArrivesMeanwhileIsKept() {
        authentications.record("hf", ANN, REFUSED, NOW);
        authentications.unclear("hf", ANN, NOW, NOW.plusSeconds(3));
        assertThat(authentications.of("hf", ANN, TTL, NOW.plusSeconds(3))).contains(REFUSED);
    }
}
