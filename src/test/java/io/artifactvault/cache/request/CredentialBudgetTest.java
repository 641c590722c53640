package io.artifactvault.cache.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.cache.request.CredentialBudget.Share;
import io.artifactvault.http.Client;
import io.artifactvault.http.Departure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CredentialBudgetTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-28T12:00:00Z"), ZoneOffset.UTC);

    private static CredentialBudget budget(int atOnce, int rate, int ratePerClient) {
        return new CredentialBudget(
                new CredentialSettings(Duration.ofSeconds(10), 1 << 20, atOnce, rate, ratePerClient), CLOCK);
    }

    private static Client client(String address) {
        return new Client(address, new Departure());
    }

    private static long answered(CredentialBudget budget, String address, int times) {
        return IntStream.range(0, times)
                .filter(_ -> {
                    Optional<Share> share = budget.take(client(address));
                    share.ifPresent(Share::ended);
                    return share.isPresent();
                })
                .count();
    }

    @Test
    void oneAddressMayCheckHalfAMinutesWorthAtOnce() {
        CredentialBudget budget = budget(8, 0, 30);
        assertThat(answered(budget, "a", 100)).isEqualTo(15);
        assertThat(answered(budget, "b", 100)).isEqualTo(15);
        assertThat(budget.refused()).isEqualTo(170);
    }

    @Test
    void allAddressesShareOneRate() {
        CredentialBudget budget = budget(8, 40, 30);
        assertThat(answered(budget, "a", 100)).isEqualTo(15);
        assertThat(answered(budget, "b", 100)).isEqualTo(5);
        assertThat(answered(budget, "c", 100)).isZero();
    }

    @Test
    void theNumberOfConcurrentChecksIsLimited() {
        CredentialBudget budget = budget(2, 0, 0);
        Share first = budget.take(client("a")).orElseThrow();
        assertThat(budget.take(client("b"))).isPresent();
        assertThat(budget.take(client("c"))).isEmpty();
        first.ended();
        assertThat(budget.take(client("c"))).isPresent();
    }

    @Test
    void aQuestionThatWasNotAskedCostsNothing() {
        CredentialBudget budget = budget(1, 2, 2);
        for (int i = 0; i < 10; i++) {
            budget.take(client("a")).orElseThrow().unused();
        }
        assertThat(answered(budget, "a", 10)).isEqualTo(1);
    }
}
