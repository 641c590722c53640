package io.artifactvault.cache.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Fields;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A stream is taken up again as long as it gets on. */
class ResumePolicyTest {
    private final OriginException cut = new OriginException(OriginFailure.BODY_CUT, "hub.test");
    private final OriginException stalled = new OriginException(OriginFailure.BODY_STALLED, "hub.test");

    private final ResumePolicy persistence = ResumePolicy.ofLead();

    /** How often it goes on, when so many bytes come before each failure. */
    private int times(OriginException failure, int bytes) {
        int times = 0;
        try {
            while (times < 20) {
                persistence.progressed(bytes);
                persistence.afterFailure(failure);
                times++;
            }
        } catch (OriginException e) {
            assertThat(e).isSameAs(failure);
        }
        return times;
    }

    @Test
    void aStreamThatIsCutAfterAByteGoesOn() {
        assertThat(times(cut, 1)).isEqualTo(20);
    }

    /** An origin that drips stalls again and again, and each time some bytes came. */
    @Test
    void aDrippingStreamIsAbandoned() {
        assertThat(times(stalled, 100)).isEqualTo(4);
    }

    /** It was not tried, as only probes ask its origin; that lasts a few seconds, and each of them is short. */
    @Test
    void anOpenBreakerCostsNoAttempt() throws Exception {
        Duration soon = Duration.ofMillis(1);
        OriginException refused =
                OriginException.notAsked(OriginFailure.CIRCUIT_OPEN, "hub.test", "it failed", soon, Fields.EMPTY);
        for (int i = 0; i < 20; i++) {
            persistence.afterFailure(refused);
        }
        assertThat(times(cut, 1)).isEqualTo(20);
    }

    @Test
    void anOriginThatStaysUnavailableIsAbandoned() {
        Duration late = Duration.ofSeconds(11);
        OriginException refused =
                OriginException.notAsked(OriginFailure.CIRCUIT_OPEN, "hub.test", "it failed", late, Fields.EMPTY);
        assertThat(times(refused, 1)).isZero();
    }

    @Test
    void aStreamThatStallsNowAndThenInALargeFileGoesOn() {
        assertThat(times(stalled, 1 << 20)).isEqualTo(20);
    }
}
