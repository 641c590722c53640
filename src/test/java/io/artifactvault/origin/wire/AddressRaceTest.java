package io.artifactvault.origin.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.origin.Cancellation;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.RequestContext;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which attempts are made and which connection is taken, with attempts that end when the test says so. */
@Timeout(30)
class AddressRaceTest {
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration AT_ONCE = Duration.ofNanos(1);
    private static final Consumer<ChannelPromise> CONNECTS = ChannelPromise::setSuccess;

    private final List<ChannelPromise> attempts = new CopyOnWriteArrayList<>();

    /** An attempt that never ends by itself. */
    private static void silent(ChannelPromise promise) {
        assertThat(promise.isDone()).isFalse();
    }

    private static Consumer<ChannelPromise> failing(Throwable cause) {
        return promise -> promise.setFailure(cause);
    }

    private static Consumer<ChannelPromise> refused() {
        return failing(new ConnectException("refused"));
    }

    /** @param scripts what becomes of each attempt, in order */
    @SafeVarargs
    private Channel race(Duration delay, Duration patience, Consumer<ChannelPromise>... scripts)
            throws OriginException {
        AddressRace.Attempt attempt = (address, _) -> {
            ChannelPromise promise = new EmbeddedChannel().newPromise();
            attempts.add(promise);
            scripts[address.getPort()].accept(promise);
            return promise;
        };
        List<InetSocketAddress> addresses = IntStream.range(0, scripts.length)
                .mapToObj(i -> InetSocketAddress.createUnresolved("a", i))
                .toList();
        return new AddressRace(attempt, delay, "a.test:1").run(addresses, patience);
    }

    @SafeVarargs
    private OriginFailure failure(Duration delay, Duration patience, Consumer<ChannelPromise>... scripts) {
        return catchThrowableOfType(OriginException.class, () -> race(delay, patience, scripts))
                .failure();
    }

    private Channel channel(int attempt) {
        return attempts.get(attempt).channel();
    }

    @Test
    void anAddressThatAnswersIsTheOnlyOneTried() throws Exception {
        assertThat(race(NEVER, NEVER, CONNECTS, CONNECTS)).isSameAs(channel(0));
        assertThat(attempts).hasSize(1);
        assertThat(channel(0).isOpen()).isTrue();
    }

    @Test
    void anAddressThatStaysSilentIsOvertakenAfterTheDelayAndClosed() throws Exception {
        assertThat(race(AT_ONCE, NEVER, AddressRaceTest::silent, AddressRaceTest::silent, CONNECTS))
                .isSameAs(channel(2));
        assertThat(channel(0).isOpen()).isFalse();
        assertThat(channel(1).isOpen()).isFalse();
        assertThat(channel(2).isOpen()).isTrue();
    }

    @Test
    void afterARefusalTheNextAddressIsTriedWithoutDelay() throws Exception {
        assertThat(race(NEVER, NEVER, refused(), refused(), CONNECTS)).isSameAs(channel(2));
    }

    @Test
    void aSlowAddressMayStillWin() throws Exception {
        Consumer<ChannelPromise> releasesTheFirst = _ -> attempts.getFirst().setSuccess();

        assertThat(race(AT_ONCE, NEVER, AddressRaceTest::silent, releasesTheFirst))
                .isSameAs(channel(0));
        assertThat(channel(1).isOpen()).isFalse();
    }

    @Test
    void aRefusalBesideASilentAddressStartsTheNextAtOnce() throws Exception {
        Consumer<ChannelPromise> refusesTheFirst = _ -> attempts.getFirst().setFailure(new IOException("refused"));

        assertThat(race(AT_ONCE, NEVER, AddressRaceTest::silent, refusesTheFirst, CONNECTS))
                .isSameAs(channel(2));
    }

    @Test
    void anAttemptThatConnectsTooLateIsClosed() throws Exception {
        Channel winner = race(AT_ONCE, NEVER, AddressRaceTest::silent, CONNECTS);

        assertThat(winner.isOpen()).isTrue();
        assertThat(attempts.getFirst().isCancelled()).isTrue();
        assertThat(channel(0).isOpen()).isFalse();
    }

    @Test
    void whenAllRefuseTheConnectionIsRefused() {
        assertThat(failure(NEVER, NEVER, refused(), refused(), refused())).isEqualTo(OriginFailure.CONNECT_REFUSED);
        assertThat(attempts).hasSize(3);
    }

    @Test
    void whenOneTimesOutConnectingTookTooLong() {
        assertThat(failure(NEVER, NEVER, failing(new ConnectTimeoutException()), refused()))
                .isEqualTo(OriginFailure.CONNECT_TIMEOUT);
    }

    @Test
    void theWholeTimeoutIsForAllAddresses() {
        assertThat(failure(
                        AT_ONCE,
                        Duration.ofMillis(50),
                        AddressRaceTest::silent,
                        AddressRaceTest::silent,
                        AddressRaceTest::silent))
                .isEqualTo(OriginFailure.CONNECT_TIMEOUT);
        assertThat(attempts).allMatch(attempt -> !attempt.channel().isOpen());
    }

    @Test
    void eventLoopsThatAreGoneInterrupt() {
        assertThat(failure(NEVER, NEVER, failing(new RejectedExecutionException()), CONNECTS))
                .isEqualTo(OriginFailure.INTERRUPTED);
    }

    @Test
    void aTaskThatIsCancelledStopsAndClosesAllAttempts() {
        Cancellation cancellation = new Cancellation();
        RequestContext context = new RequestContext("-", cancellation);
        Consumer<ChannelPromise> cancels = _ -> cancellation.abandon();

        assertThat(ScopedValue.where(RequestContext.CURRENT, context)
                        .call(() -> failure(AT_ONCE, NEVER, AddressRaceTest::silent, cancels, CONNECTS)))
                .isEqualTo(OriginFailure.ABANDONED);
        assertThat(attempts).hasSize(2).allMatch(attempt -> !attempt.channel().isOpen());
    }
}
