package io.artifactvault.cache.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.TestClock;
import io.artifactvault.http.Client;
import io.artifactvault.http.Departure;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClientRatesTest {
    private final TestClock clock = new TestClock();
    private final ClientRates rates = new ClientRates(2, clock);

    private static Client client(String address) {
        return new Client(address, new Departure());
    }

    private long taken(ClientRates of, Client client, int tries) {
        return IntStream.range(0, tries).filter(_ -> of.take(client)).count();
    }

    @Test
    void aBurstOfHalfAMinuteIsAllowedAndThenTheRateApplies() {
        assertThat(taken(rates, client("a"), 100)).isEqualTo(60);
        clock.advance(Duration.ofMillis(499));
        assertThat(taken(rates, client("a"), 5)).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(taken(rates, client("a"), 5)).isEqualTo(1);
        clock.advance(Duration.ofDays(1));
        assertThat(taken(rates, client("a"), 100)).isEqualTo(60);
        assertThat(rates.refused()).isEqualTo(40 + 5 + 4 + 40);
    }

    @Test
    void oneClientsRateIsNotAnothers() {
        assertThat(taken(rates, client("a"), 100)).isEqualTo(60);
        assertThat(taken(rates, client("b"), 1)).isEqualTo(1);
    }

    @Test
    void aRequestThatWasNotSentIsReturned() {
        assertThat(taken(rates, client("a"), 60)).isEqualTo(60);
        rates.giveBack(client("a"));
        assertThat(taken(rates, client("a"), 2)).isEqualTo(1);
    }

    @Test
    void zeroMeansNoLimitAndTheVaultsOwnRequestsAreNotCounted() {
        assertThat(taken(new ClientRates(0, clock), client("a"), 1_000)).isEqualTo(1_000);
        assertThat(taken(rates, Client.itself(), 1_000)).isEqualTo(1_000);
    }

    @Test
    void aClockThatIsSetBackAddsNoRequests() {
        assertThat(taken(rates, client("a"), 60)).isEqualTo(60);
        clock.advance(Duration.ofSeconds(-100));
        assertThat(taken(rates, client("a"), 1)).isZero();
    }
}
