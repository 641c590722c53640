package io.artifactvault.cache.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Resource.AccessScope;
import io.artifactvault.cache.request.Caller;
import io.artifactvault.cache.request.CredentialSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrantsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final AccessScope SCOPE = new AccessScope("files acme/tiny", Duration.ofMinutes(5));
    private static final AccessScope OTHER = new AccessScope("files acme/other", Duration.ofMinutes(5));
    private static final Caller ANN = new Caller("ann");
    private static final Caller BOB = new Caller("bob");
    private final Grants grants = new Grants(CredentialSettings.defaults());

    @Test
    void withoutAGrantAccessIsDenied() {
        assertThat(grants.allows(ANN, SCOPE, Optional.empty(), NOW)).isFalse();
        assertThat(grants.allows(Caller.ANONYMOUS, SCOPE, Optional.empty(), NOW))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, true", "299, true", "300, false", "301, false"})
    void aGrantIsValidForItsLifetime(long later, boolean allowed) {
        grants.allow(ANN, SCOPE, NOW);

        assertThat(grants.allows(ANN, SCOPE, Optional.empty(), NOW.plusSeconds(later)))
                .isEqualTo(allowed);
    }

    @Test
    void aGrantAppliesToOneCallerAndOneScope() {
        grants.allow(ANN, SCOPE, NOW);

        assertThat(grants.allows(BOB, SCOPE, Optional.empty(), NOW)).isFalse();
        assertThat(grants.allows(Caller.ANONYMOUS, SCOPE, Optional.empty(), NOW))
                .isFalse();
        assertThat(grants.allows(ANN, OTHER, Optional.empty(), NOW)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, true", "299, true", "300, false"})
    void aPublicStateIsGrantedToEachCallerForItsLifetime(long later, boolean allowed) {
        for (Caller caller : new Caller[] {ANN, Caller.ANONYMOUS}) {
            assertThat(grants.allows(caller, SCOPE, Optional.of(NOW), NOW.plusSeconds(later)))
                    .isEqualTo(allowed);
        }
    }

    @Test
    void aDenialRevokesOnlyTheGrantOfThatCaller() {
        grants.allow(ANN, SCOPE, NOW);
        grants.allow(BOB, SCOPE, NOW);
        grants.deny(ANN, SCOPE, NOW);

        assertThat(grants.allows(ANN, SCOPE, Optional.empty(), NOW)).isFalse();
        assertThat(grants.allows(BOB, SCOPE, Optional.empty(), NOW)).isTrue();
    }

    private static AccessScope at(String commit) {
        return new AccessScope("files acme/tiny", commit, true, Duration.ofMinutes(5));
    }

    @Test
    void aGrantIsForOneStateOfItsScopeAndADenialEndsThemAll() {
        grants.allow(ANN, at("c1"), NOW);
        grants.allow(ANN, at("c2"), NOW);
        assertThat(grants.allows(ANN, at("c1"), Optional.empty(), NOW)).isTrue();
        assertThat(grants.allows(ANN, at("c3"), Optional.empty(), NOW)).isFalse();
        grants.deny(ANN, at("c2"), NOW);
        assertThat(grants.allows(ANN, at("c1"), Optional.empty(), NOW)).isFalse();
    }

    @Test
    void aResponseToARequestFromBeforeADenialGrantsNothing() {
        grants.deny(ANN, SCOPE, NOW);
        grants.allow(ANN, SCOPE, NOW.minusSeconds(1));
        assertThat(grants.allows(ANN, SCOPE, Optional.empty(), NOW)).isFalse();
        grants.allow(ANN, SCOPE, NOW);
        assertThat(grants.allows(ANN, SCOPE, Optional.empty(), NOW)).isTrue();
    }

    @Test
    void theStatesOfOneScopeAreBounded() {
        for (int i = 0; i < 65; i++) {
            grants.allow(ANN, at("c" + i), NOW);
        }
        assertThat(grants.allows(ANN, at("c0"), Optional.empty(), NOW)).isFalse();
        assertThat(grants.allows(ANN, at("c1"), Optional.empty(), NOW)).isTrue();
        assertThat(grants.allows(ANN, at("c64"), Optional.empty(), NOW)).isTrue();
    }

    @Test
    void aScopeThatRefusesAnonymousCallersIsNotProbedStateByState() {
        assertThat(grants.wasProbed(at("c1"), NOW)).isFalse();
        assertThat(grants.wasProbed(at("c2"), NOW)).isFalse();
        grants.refusedToAnonymous(at("c2"), NOW);
        assertThat(grants.wasProbed(at("c3"), NOW.plusSeconds(299))).isTrue();
        assertThat(grants.wasProbed(at("c3"), NOW.plusSeconds(300))).isFalse();
    }

    @Test
    void theAnonymousProbeIsSentOncePerLifetime() {
        assertThat(grants.wasProbed(SCOPE, NOW)).isFalse();
        assertThat(grants.wasProbed(SCOPE, NOW.plusSeconds(299))).isTrue();
        assertThat(grants.wasProbed(OTHER, NOW)).isFalse();
        assertThat(grants.wasProbed(SCOPE, NOW.plusSeconds(300))).isFalse();
    }

    @Test
    void aForgottenProbeIsAskedAgain() {
        grants.wasProbed(SCOPE, NOW);
        grants.forgetProbe(SCOPE);

        assertThat(grants.wasProbed(SCOPE, NOW)).isFalse();
    }

    @Test
    void aConfirmationFromBeforeTheClockWasSetBackIsIgnored() {
        Instant ahead = NOW.plus(Duration.ofDays(365));
        grants.allow(ANN, SCOPE, ahead);

        assertThat(grants.allows(ANN, SCOPE, Optional.empty(), NOW)).isFalse();
        assertThat(grants.allows(BOB, SCOPE, Optional.of(ahead), NOW)).isFalse();
        grants.allow(ANN, SCOPE, NOW);
        assertThat(grants.allows(ANN, SCOPE, Optional.empty(), NOW)).isTrue();
    }

    @Test
    void aRefusalFromBeforeTheClockWasSetBackDoesNotOutlastLaterConfirmations() {
        grants.deny(ANN, SCOPE, NOW.plus(Duration.ofDays(365)));
        grants.allow(ANN, SCOPE, NOW);

        assertThat(grants.allows(ANN, SCOPE, Optional.empty(), NOW)).isTrue();
    }

    @Test
    void aProbeFromBeforeTheClockWasSetBackIsRepeated() {
        grants.wasProbed(SCOPE, NOW.plus(Duration.ofDays(365)));

        assertThat(grants.wasProbed(SCOPE, NOW)).isFalse();
        assertThat(grants.wasProbed(SCOPE, NOW)).isTrue();
    }

    /** One caller may be granted many digests of many repositories, whose number is the callers' choice. */
    @Test
    void theNumberOfStatesIsBoundedNotOnlyThatOfScopes() {
        int scopes = 5_000;
        for (int i = 0; i < scopes; i++) {
            for (int state = 0; state < 60; state++) {
                grants.allow(ANN, scope(i, state), NOW);
            }
        }

        // The cache evicts on another thread.
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (kept(scopes) > 200_000 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(kept(scopes)).isBetween(100_000, 200_000);
    }

    private int kept(int scopes) {
        int kept = 0;
        for (int i = 0; i < scopes; i++) {
            for (int state = 0; state < 60; state++) {
                kept += grants.allows(ANN, scope(i, state), Optional.empty(), NOW) ? 1 : 0;
            }
        }
        return kept;
    }

    private static AccessScope scope(int number, int state) {
        return new AccessScope("repository " + number, "sha256:" + state, true, Duration.ofMinutes(5));
    }
}
