package io.artifactvault.cache.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rest of a body that the store did not take. It begins at byte 100. */
@Timeout(60)
class TailTest {
    private static final int MIB = 1 << 20;

    private final AtomicInteger followers = new AtomicInteger();
    private final Tail tail = new Tail(100, followers::get);

    private static ByteBuffer bytes(int count, int value) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) value);
        return ByteBuffer.wrap(bytes);
    }

    private static byte[] drain(ChunkPipe pipe) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuffer next = pipe.poll(); next != null; next = pipe.poll()) {
            byte[] chunk = new byte[next.remaining()];
            next.get(chunk);
            all.writeBytes(chunk);
        }
        return all.toByteArray();
    }

    @Test
    void aShortEndIsReadFromMemoryHoweverLate() throws IOException {
        tail.add(bytes(10, 1));
        tail.add(bytes(10, 2));
        tail.end(true);
        ChunkPipe late = tail.from(105, OptionalLong.empty());
        assertThat(drain(late)).hasSize(15).startsWith(1).endsWith(2);
        assertThat(late.isFinished()).isTrue();
        assertThat(late.isFailed()).isFalse();
    }

    @Test
    void aReaderOfAPartGetsNoMoreThanThePart() throws IOException {
        tail.add(bytes(10, 1));
        ChunkPipe part = tail.from(105, OptionalLong.of(112));
        tail.add(bytes(10, 2));
        assertThat(drain(part)).containsExactly(1, 1, 1, 1, 1, 2, 2);
        assertThat(part.isFinished()).isTrue();
        assertThat(part.isFailed()).isFalse();
        ChunkPipe nothing = tail.from(112, OptionalLong.of(112));
        assertThat(nothing.isFinished()).isTrue();
        assertThat(nothing.isFailed()).isFalse();
    }

    @Test
    void aLongEndFlowsOnlyToReadersThatCameInTime() throws IOException {
        ChunkPipe reader = tail.from(100, OptionalLong.empty());
        long read = 0;
        for (int i = 0; i < 160; i++) {
            tail.add(bytes(MIB / 32, i));
            read += drain(reader).length;
        }
        assertThat(read).isEqualTo(5L * MIB);
        ChunkPipe late = tail.from(100, OptionalLong.empty());
        assertThat(late.isFinished()).isTrue();
        assertThat(late.isFailed()).isTrue();
        tail.end(true);
        assertThat(reader.isFinished()).isTrue();
        assertThat(reader.isFailed()).isFalse();
    }

    @Test
    void aTailThatBreaksOffIsCut() throws IOException {
        ChunkPipe reader = tail.from(100, OptionalLong.empty());
        tail.add(bytes(10, 1));
        tail.end(false);
        drain(reader);
        assertThat(reader.isFailed()).isTrue();
        ChunkPipe late = tail.from(100, OptionalLong.empty());
        drain(late);
        assertThat(late.isFailed()).isTrue();
    }

    @Test
    void withoutReadersItEndsOnceMemoryIsFull() throws IOException {
        tail.add(bytes(MIB, 1));
        assertThatThrownBy(() -> tail.add(bytes(1, 2))).isInstanceOf(UnreadException.class);
    }

    @Test
    void itEndsWithItsLastReader() throws IOException {
        ChunkPipe reader = tail.from(100, OptionalLong.empty());
        for (int i = 0; i < 64; i++) {
            tail.add(bytes(MIB / 32, i));
            drain(reader);
        }
        reader.abandon();
        assertThatThrownBy(() -> tail.add(bytes(1, 3))).isInstanceOf(UnreadException.class);
    }

    @Test
    void itWaitsForAFollowerThatStillReadsStoredBytes() throws Exception {
        followers.set(1);
        tail.add(bytes(MIB, 1));
        Thread fill = Thread.startVirtualThread(() -> {
            try {
                tail.add(bytes(7, 2));
                tail.end(true);
            } catch (IOException e) {
                tail.end(false);
            }
        });
        ChunkPipe reader = tail.from(100, OptionalLong.empty());
        followers.set(0);
        fill.join();
        assertThat(drain(reader)).hasSize(MIB + 7);
        assertThat(reader.isFailed()).isFalse();
    }
}
