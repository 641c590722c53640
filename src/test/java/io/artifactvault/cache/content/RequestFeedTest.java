package io.artifactvault.cache.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RequestFeedTest {
    private static final int ROOM = 8;
    private final AtomicInteger resumed = new AtomicInteger();
    private final RequestFeed feed = new RequestFeed(OptionalLong.of(3), resumed::incrementAndGet);

    @Test
    void theFeedHoldsTheBytesThatArrivedAndWereNotTaken() throws IOException {
        RequestFeed body = new RequestFeed(OptionalLong.empty(), () -> {});
        assertThat(body.add(ByteBuffer.allocate(60_000))).isTrue();
        assertThat(body.add(ByteBuffer.allocate(10_000)))
                .as("more than 64 KiB wait")
                .isFalse();
        assertThat(body.held()).isEqualTo(70_000);
        var _ = body.next();
        assertThat(body.held()).isEqualTo(10_000);
        body.discard();
        assertThat(body.held()).isZero();
    }

    @Test
    void whatIsGatheredCountsTwiceBecauseItIsPutTogether() {
        RequestFeed body = new RequestFeed(OptionalLong.empty(), () -> {});
        body.add(ByteBuffer.allocate(100));
        var _ = body.whole(1_000);
        body.add(ByteBuffer.allocate(100));
        assertThat(body.held()).isEqualTo(400);
    }

    @Test
    void chunksComeOutAsTheyWentInAndThenTheEnd() throws IOException {
        feed.add(chunk(1));
        feed.add(ByteBuffer.allocate(0));
        feed.add(chunk(2));
        feed.end(true);

        assertThat(feed.length()).hasValue(3);
        assertThat(feed.next()).isEqualTo(chunk(1));
        assertThat(feed.next()).isEqualTo(chunk(2));
        assertThat(feed.next()).isNull();
        assertThat(feed.next()).isNull();
    }

    @Test
    void theEventLoopStopsReadingWhenTheFeedIsFullAndResumesWhenItIsDrained() throws IOException {
        for (int i = 1; i < ROOM; i++) {
            assertThat(feed.add(chunk(i))).isTrue();
        }
        assertThat(feed.add(chunk(ROOM))).isFalse();
        for (int i = 1; i < ROOM; i++) {
            feed.next();
        }
        assertThat(resumed).hasValue(0);
        feed.next();
        assertThat(resumed).hasValue(1);
    }

    /** One read of chunks of one byte each brings ten thousand pieces before the event loop can stop: each would cost a buffer. */
    @Test
    void tinyPiecesThatComeWhenItIsFullArePutTogether() throws IOException {
        int tiny = 100_000;
        for (int i = 0; i < tiny; i++) {
            feed.add(chunk(i));
        }
        assertThat(feed.held()).isBetween((long) tiny, tiny + 4_096L);
        feed.add(ByteBuffer.allocate(5_000));
        feed.add(chunk(7));
        feed.end(true);

        int buffers = 0;
        int at = 0;
        for (ByteBuffer next = feed.next(); next != null; next = feed.next()) {
            buffers++;
            while (next.hasRemaining() && at < tiny) {
                assertThat(next.get()).isEqualTo((byte) at++);
            }
            at += next.remaining();
        }
        assertThat(at).isEqualTo(tiny + 5_001);
        assertThat(buffers).isLessThan(ROOM + tiny / 1_024);
        assertThat(feed.held()).isZero();
    }

    @Test
    void whatWasPutTogetherIsGatheredWhole() throws Exception {
        for (int i = 0; i < 3 * ROOM; i++) {
            feed.add(chunk(i));
        }
        feed.end(true);

        assertThat(feed.whole(100).toCompletableFuture().get())
                .hasSize(3 * ROOM)
                .endsWith(3 * ROOM - 1);
    }

    @Test
    void aClientThatLeavesBreaksTheBody() {
        feed.add(chunk(1));
        feed.end(false);

        assertThatExceptionOfType(IOException.class).isThrownBy(feed::next).withMessageContaining("incomplete");
    }

    @Test
    void aBodyThatHasEndedCannotBreak() throws IOException {
        feed.add(chunk(1));
        feed.end(true);
        feed.end(false);

        assertThat(feed.next()).isEqualTo(chunk(1));
        assertThat(feed.next()).isNull();
    }

    @Test
    void aReaderWaitsForTheNextChunk() throws Exception {
        CompletableFuture<ByteBuffer> next = nextElsewhere();

        assertThat(next).isNotDone();
        feed.add(chunk(5));
        assertThat(next.get()).isEqualTo(chunk(5));
    }

    @Test
    void aReaderThatStillWaitsWhenTheResponseIsSentIsStopped() {
        CompletableFuture<ByteBuffer> next = nextElsewhere();
        feed.discard();

        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(next::get)
                .withCauseInstanceOf(IOException.class);
    }

    @Test
    void bytesAfterTheResponseAreDropped() {
        feed.discard();
        for (int i = 0; i < 3 * ROOM; i++) {
            assertThat(feed.add(chunk(i))).isTrue();
        }
    }

    @Test
    void anInterruptFreesTheReader() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread fill = Thread.ofPlatform().start(() -> {
            try {
                feed.next();
                interrupted.complete(false);
            } catch (InterruptedIOException e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
            } catch (IOException e) {
                interrupted.complete(false);
            }
        });
        fill.interrupt();

        assertThat(interrupted.get()).isTrue();
    }

    private CompletableFuture<ByteBuffer> nextElsewhere() {
        CompletableFuture<ByteBuffer> result = new CompletableFuture<>();
        Thread fill = Thread.ofPlatform().start(() -> {
            try {
                ByteBuffer next = feed.next();
                result.complete(next == null ? ByteBuffer.allocate(0) : next);
            } catch (IOException e) {
                result.completeExceptionally(e);
            }
        });
        while (fill.getState() != Thread.State.WAITING && fill.isAlive()) {
            Thread.onSpinWait();
        }
        return result;
    }

    private static ByteBuffer chunk(int b) {
        return ByteBuffer.wrap(new byte[] {(byte) b});
    }
}
