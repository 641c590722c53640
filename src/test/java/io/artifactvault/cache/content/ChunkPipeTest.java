package io.artifactvault.cache.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ChunkPipeTest {
    private static final int ROOM = 4;
    private final ChunkPipe pipe = new ChunkPipe();

    @Test
    void chunksComeOutAsTheyWentIn() throws InterruptedException {
        byte[] reused = {1, 2};
        pipe.put(ByteBuffer.wrap(reused));
        reused[0] = 9;
        pipe.put(ByteBuffer.wrap(new byte[] {3}));

        assertThat(pipe.poll()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
        assertThat(pipe.poll()).isEqualTo(ByteBuffer.wrap(new byte[] {3}));
        assertThat(pipe.poll()).isNull();
        assertThat(pipe.isFinished()).isFalse();
    }

    @Test
    void theEndShowsOnceAllIsTaken() throws InterruptedException {
        pipe.put(chunk());
        pipe.end(true);

        assertThat(pipe.isFinished()).isFalse();
        pipe.poll();
        assertThat(pipe.isFinished()).isTrue();
        assertThat(pipe.isFailed()).isFalse();
    }

    @Test
    void aBreakShowsOnceAllIsTaken() throws InterruptedException {
        pipe.put(chunk());
        pipe.end(false);

        assertThat(pipe.isFailed()).isFalse();
        pipe.poll();
        assertThat(pipe.isFailed()).isTrue();
        assertThat(pipe.isFinished()).isTrue();
    }

    @Test
    void theReaderIsWokenOnceByAChunkOrTheEnd() throws InterruptedException {
        AtomicInteger woken = new AtomicInteger();

        assertThat(pipe.wakeWhenReady(woken::incrementAndGet)).isTrue();
        pipe.put(chunk());
        pipe.put(chunk());
        assertThat(woken).hasValue(1);
        assertThat(pipe.wakeWhenReady(woken::incrementAndGet)).isFalse();
        pipe.poll();
        pipe.poll();
        assertThat(pipe.wakeWhenReady(woken::incrementAndGet)).isTrue();
        pipe.end(true);
        assertThat(woken).hasValue(2);
        assertThat(pipe.wakeWhenReady(woken::incrementAndGet)).isFalse();
    }

    @Test
    void aSlowReaderHoldsTheFillBack() throws Exception {
        fillUp();
        CompletableFuture<Boolean> one = putElsewhere();

        assertThat(one).isNotDone();
        pipe.poll();
        assertThat(one.get()).isTrue();
    }

    @Test
    void aReaderThatLeavesFreesTheFill() throws Exception {
        fillUp();
        CompletableFuture<Boolean> one = putElsewhere();
        pipe.abandon();

        assertThat(one.get()).isFalse();
        assertThat(pipe.put(chunk())).isFalse();
        assertThat(pipe.poll()).isNull();
    }

    @Test
    void anInterruptFreesTheFill() throws Exception {
        fillUp();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread fill = Thread.ofPlatform().start(() -> {
            try {
                pipe.put(chunk());
                interrupted.complete(false);
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
        });
        fill.interrupt();

        assertThat(interrupted.get()).isTrue();
    }

    @Test
    void nothingIsLostBetweenAFillAndAReaderThatRace() throws Exception {
        int count = 20_000;
        Thread fill = Thread.ofPlatform().start(() -> {
            try {
                for (int i = 0; i < count; i++) {
                    pipe.put(ByteBuffer.allocate(4).putInt(i).flip());
                }
                pipe.end(true);
            } catch (InterruptedException e) {
                pipe.end(false);
            }
        });
        int expected = 0;
        while (!pipe.isFinished()) {
            ByteBuffer chunk = pipe.poll();
            if (chunk == null) {
                CountDownLatch woken = new CountDownLatch(1);
                if (pipe.wakeWhenReady(woken::countDown)) {
                    woken.await();
                }
            } else {
                assertThat(chunk.getInt()).isEqualTo(expected);
                expected++;
            }
        }
        fill.join();

        assertThat(expected).isEqualTo(count);
        assertThat(pipe.isFailed()).isFalse();
    }

    private void fillUp() throws InterruptedException {
        for (int i = 0; i < ROOM; i++) {
            assertThat(pipe.put(chunk())).isTrue();
        }
    }

    /** Puts one more chunk on a thread of its own and returns when that thread waits or is done. */
    private CompletableFuture<Boolean> putElsewhere() {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        Thread fill = Thread.ofPlatform().start(() -> {
            try {
                result.complete(pipe.put(chunk()));
            } catch (InterruptedException e) {
                result.completeExceptionally(e);
            }
        });
        while (fill.getState() != Thread.State.WAITING && fill.isAlive()) {
            Thread.onSpinWait();
        }
        return result;
    }

    @Test
    void aPipeForWhichThereIsNoMemoryIsRefused() {
        MemoryBudget memory = new MemoryBudget(10_000, 10_000);

        assertThat(pipe.countIn(memory.hold("a"))).isFalse();
        assertThat(memory.used()).isZero();
    }

    /** The reader gets all of it, whatever others hold; the fill waits after each chunk. */
    @Test
    void whereMemoryIsShortTheFillWaitsForTheReader() throws Exception {
        MemoryBudget memory = new MemoryBudget(40_000, 40_000);
        MemoryBudget.Hold hold = memory.hold("a");
        assertThat(pipe.countIn(hold)).isTrue();
        byte[] body = new byte[1 << 20];
        CompletableFuture<Boolean> put = CompletableFuture.supplyAsync(() -> {
            try {
                return pipe.put(ByteBuffer.wrap(body));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        long taken = 0;
        while (taken < body.length) {
            assertThat(memory.used()).isLessThanOrEqualTo(40_000);
            ByteBuffer chunk = pipe.poll();
            taken += chunk == null ? 0 : chunk.remaining();
        }
        assertThat(put.get()).isTrue();
        hold.close();
        assertThat(memory.used()).isZero();
    }

    private static ByteBuffer chunk() {
        return ByteBuffer.wrap(new byte[] {7});
    }
}
