package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.origin.wire.Inbox;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Not reading holds the origin back; what waits in memory stays small. */
class BackpressureTest {
    private static final int SIZE = 64 * 1024 * 1024;

    private static Rig rig(boolean epoll) {
        return epoll ? Rig.open() : Rig.onNio(Rig.PATIENT);
    }

    private static RawOrigin sending(AtomicLong written, int size, CountDownLatch done) throws Exception {
        return RawOrigin.open(peer -> {
            peer.socket().setSendBufferSize(64 * 1024);
            peer.readHead();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
            byte[] piece = new byte[64 * 1024];
            for (int sent = 0; sent < size; sent += piece.length) {
                peer.send(piece);
                written.addAndGet(piece.length);
            }
            done.countDown();
            peer.awaitClose();
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReaderAtAGateHoldsSixtyFourMebibytesBack(boolean epoll) throws Exception {
        AtomicLong written = new AtomicLong();
        try (RawOrigin raw = sending(written, SIZE, new CountDownLatch(1));
                Rig rig = rig(epoll)) {
            OriginResponse response = rig.get(raw.uri("/"));
            long before = steady(written::get);
            assertThat(before).as("accepted by both kernels and us").isLessThan(SIZE / 2);
            assertThat(rig.allocator().metric().usedDirectMemory()).isLessThan(1024 * 1024);
            AtomicLong read = new AtomicLong();
            try (response) {
                boolean more = true;
                while (more) {
                    more = response.next(chunk -> read.addAndGet(chunk.remaining()));
                }
            }
            assertThat(read).hasValue(SIZE);
        }
    }

    /** Waits until the figure has not changed for a while. */
    private static long steady(LongSupplier figure) {
        AtomicLong last = new AtomicLong(-1);
        AtomicLong same = new AtomicLong();
        Rig.eventually(() -> {
            long now = figure.getAsLong();
            same.set(now == last.getAndSet(now) && now > 0 ? same.get() + 1 : 0);
            return same.get() > 100;
        });
        return figure.getAsLong();
    }

    /** On NIO; epoll reads on once it knows that the origin has closed, see {@link Inbox}. */
    @Test
    void anOriginThatHasSentAllAndClosedDoesNotFillTheMemoryOfAnAbsentReader() throws Exception {
        RawOrigin.Script script = peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\nConnection: close\r\n\r\n");
            peer.send(new byte[SIZE]);
            peer.socket().shutdownOutput();
            peer.awaitClose();
        };
        try (RawOrigin raw = RawOrigin.open(script);
                Rig rig = rig(false);
                OriginResponse response = rig.get(raw.uri("/"))) {
            AtomicLong read = new AtomicLong();
            while (read.get() < SIZE - 900 * 1024) {
                assertThat(response.next(chunk -> read.addAndGet(chunk.remaining())))
                        .isTrue();
            }
            long held = steady(() -> rig.allocator().metric().usedDirectMemory());
            assertThat(held).isLessThan(1024 * 1024);
        }
    }
}
