package io.artifactvault.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.ServerSettingsBuilder;
import io.artifactvault.server.ConnectionWatch.Awaits;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/** Readers, with the default limits: 500 bytes per second over ten minutes. What clients send is in {@link ClientLimitsTest}. */
class ConnectionWatchTest {
    private final MockTicker ticker = Ticker.newMockTicker();
    private final List<Awaits> timedOut = new ArrayList<>();
    private Awaits awaits = Awaits.READER;
    private long delivered;
    private final ConnectionWatch watch = new ConnectionWatch(
            ServerSettingsBuilder.loopback().idleTimeout(Duration.ofMinutes(1)).build(), new ConnectionWatch.Watched() {
                @Override
                public Awaits awaits() {
                    return awaits;
                }

                @Override
                public long delivered() {
                    return delivered;
                }

                @Override
                public void timedOut(ChannelHandlerContext context, Awaits what) {
                    timedOut.add(what);
                    context.close();
                }
            });
    private final EmbeddedChannel channel =
            EmbeddedChannel.builder().ticker(ticker).handlers(watch).build();

    /** Lets time pass; says after how many minutes the connection ended, or 0. */
    private long minutes(int most, LongFunction<Awaits> at, int bytesPerSecond) {
        for (long second = 1; second <= most * 60L; second++) {
            awaits = at.apply(second);
            delivered += bytesPerSecond;
            ticker.advance(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
            if (!channel.isActive()) {
                return second / 60;
            }
        }
        return 0;
    }

    @Test
    void aReaderThatTakesNothingIsWaitedForForTenMinutes() {
        assertThat(minutes(60, _ -> Awaits.READER, 0)).isBetween(10L, 11L);
        assertThat(timedOut).containsExactly(Awaits.READER);
    }

    @Test
    void aReaderThatTakesLessThanItMustIsCutOff() {
        assertThat(minutes(60, _ -> Awaits.READER, 400)).isBetween(10L, 11L);
    }

    @Test
    void aReaderThatTakesEnoughMayTakeHours() {
        assertThat(minutes(300, _ -> Awaits.READER, 600)).isZero();
    }

    @Test
    void aReaderThatPausesAndReadsOnIsNotCutOff() {
        assertThat(minutes(9, _ -> Awaits.READER, 0)).isZero();
        delivered += 1 << 20;
        assertThat(minutes(9, _ -> Awaits.READER, 0)).isZero();
    }

    @Test
    void timeInWhichUpstreamIsWaitedForDoesNotCount() {
        assertThat(minutes(300, _ -> Awaits.NOTHING, 0)).isZero();
        assertThat(minutes(15, second -> second % 60 < 30 ? Awaits.READER : Awaits.NOTHING, 0))
                .isZero();
    }
}
