package io.artifactvault.cache.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Departure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Work ends with the last client that wants it, unless its body may be wanted again. */
class InterestTest {
    private final List<String> events = new ArrayList<>();

    private final Interest interest = new Interest(new Interest.Desertion() {
        @Override
        public void begin(Interest deserted, long epoch) {
            events.add("begin " + epoch);
        }

        @Override
        public void forget(Interest joined) {
            events.add("forget");
        }

        @Override
        public void came(Interest deserted, long unread) {
            events.add("came " + unread);
        }
    });

    private boolean isCancelled() {
        boolean[] cancelled = {false};
        var _ = interest.cancellation().onCancel(() -> cancelled[0] = true);
        return cancelled[0];
    }

    @Test
    void aRequestEndsWhenItsLastClientLeavesBeforeTheOutcome() {
        Departure first = new Departure();
        Departure second = new Departure();
        assertThat(interest.join(first)).isPresent();
        assertThat(interest.join(second)).isPresent();

        first.gone();
        assertThat(isCancelled()).isFalse();
        second.gone();
        assertThat(isCancelled()).isTrue();
        assertThat(interest.add()).isFalse();
    }

    @Test
    void aShareIsReleasedOnce() {
        Departure departure = new Departure();
        Optional<Interest.Share> share = interest.join(departure);
        assertThat(interest.add()).isTrue();
        share.orElseThrow().done();
        departure.gone();

        assertThat(isCancelled()).isFalse();
    }

    @Test
    void aBodyThatCanBeResumedLingersAfterItsLastReader() {
        interest.resumable();
        assertThat(interest.add()).isTrue();
        interest.filling();
        interest.remove(true);

        assertThat(events).containsExactly("begin 1");
        assertThat(isCancelled()).isFalse();
    }

    @Test
    void aBodyThatCannotBeResumedEndsWhenItsReaderLeavesEarly() {
        assertThat(interest.add()).isTrue();
        interest.filling();
        interest.remove(true);

        assertThat(events).isEmpty();
        assertThat(isCancelled()).isTrue();
    }

    @Test
    void aReaderThatReturnsKeepsTheBodyComing() {
        interest.resumable();
        assertThat(interest.add()).isTrue();
        interest.filling();
        interest.remove(true);
        assertThat(interest.add()).isTrue();

        assertThat(events).containsExactly("begin 1", "forget");
        assertThat(interest.endUnlessJoined(1)).isFalse();
        assertThat(isCancelled()).isFalse();
    }

    @Test
    void workThatNoReaderReturnedToIsEndedOnce() {
        interest.resumable();
        assertThat(interest.add()).isTrue();
        interest.filling();
        interest.remove(true);

        assertThat(interest.endUnlessJoined(1)).isTrue();
        assertThat(interest.endUnlessJoined(1)).isFalse();
        assertThat(isCancelled()).isTrue();
    }

    @Test
    void onlyBytesWithoutAReaderAreCounted() {
        interest.resumable();
        assertThat(interest.add()).isTrue();
        interest.filling();
        interest.came(10);
        interest.remove(true);
        interest.came(3);
        interest.came(4);

        assertThat(events).containsExactly("begin 1", "came 3", "came 7");
    }

    @Test
    void workThatIsOverCannotBeJoined() {
        interest.over();

        assertThat(interest.add()).isFalse();
        assertThat(isCancelled()).isFalse();
    }
}
