package io.artifactvault.store.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.http.Digest;
import io.artifactvault.store.KeptStore;
import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.index.Extents;
import io.artifactvault.store.upkeep.Evictor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fills may take of the disk. */
class SpaceGuardTest {
    private static final long MIB = 1 << 20;

    private KeptStore store;
    private long usable = 1L << 40;
    private long total = 1L << 40;
    private Runnable evicted = () -> {};

    @BeforeEach
    void openStore(@TempDir Path dir) throws IOException {
        store = new KeptStore(dir);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private SpaceGuard limit(long maxSize, OptionalLong maxObject) throws IOException {
        EvictionSettings settings = new EvictionSettings(
                maxSize, 98, 90, OptionalLong.of(MIB), Optional.empty(), maxObject, OptionalLong.empty());
        Space space = new Space() {
            @Override
            public long usable() {
                return usable;
            }

            @Override
            public long total() {
                return total;
            }
        };
        Evictor.Parts parts = new Evictor.Parts(
                store.index.ledger(), store.index, store.blobs, store.index.pins(), store.blobs::isLent);
        Evictor evictor = new Evictor(settings, parts, space, store.blobs.overhead(), store.clock);
        SpaceGuard.Evictions evictions = bytes -> {
            evictor.emergency(bytes);
            evicted.run();
        };
        SpaceGuard guard = new SpaceGuard(settings, store.blobs.usage(), space, evictions, store.clock);
        store.blobs.counted(store.index.ledger().allocated());
        store.blobs.admitBy(guard);
        return guard;
    }

    private BlobWriter writer() throws IOException {
        return store.blobs.create(OptionalLong.empty(), Optional.empty());
    }

    private static void write(BlobWriter writer, long bytes) throws IOException {
        for (long left = bytes; left > 0; left -= 64 << 10) {
            writer.write(writer.extents().end(), ByteBuffer.allocate((int) Math.min(left, 64 << 10)));
        }
    }

    @Test
    void whatIsLongerThanAnObjectMayBeIsNotBegun() throws IOException {
        SpaceGuard guard = limit(100 * MIB, OptionalLong.of(MIB));
        assertThatThrownBy(() -> store.blobs.create(OptionalLong.of(MIB + 1), Optional.empty()))
                .isInstanceOf(NoRoomException.class)
                .hasMessageContaining("max_object_size");
        store.blobs.create(OptionalLong.of(MIB), Optional.empty()).close();
        assertThat(guard.refused()).isEqualTo(1);
        assertThat(store.blobs.trouble()).as("the disk is well").isEmpty();
    }

    @Test
    void withoutASettingAnObjectOfUnknownLengthMayTakeHalf() throws IOException {
        limit(4 * MIB, OptionalLong.empty());
        try (BlobWriter writer = writer()) {
            write(writer, 2 * MIB);
            assertThatThrownBy(() -> write(writer, 1)).isInstanceOf(NoRoomException.class);
        }
    }

    @Test
    void withoutASettingAnObjectOfKnownLengthMayTakeNineTenths() throws IOException {
        limit(10 * MIB, OptionalLong.empty());
        try (BlobWriter writer = store.blobs.create(OptionalLong.of(9 * MIB), Optional.empty())) {
            write(writer, 9 * MIB);
        }
    }

    @Test
    void ofWhatIsTooLargeAsAWholePartsMayTakeAnEighth() throws IOException {
        limit(8 * MIB, OptionalLong.empty());
        Digest other = Digest.sha256("1".repeat(64));
        try (BlobWriter writer = store.blobs.create(OptionalLong.of(20 * MIB), Optional.of(other))) {
            write(writer, MIB);
            assertThatThrownBy(() -> write(writer, 1)).isInstanceOf(NoRoomException.class);
        }
    }

    @Test
    void zeroTurnsTheCapOff() throws IOException {
        limit(4 * MIB, OptionalLong.of(0));
        try (BlobWriter writer = writer()) {
            write(writer, 3 * MIB);
        }
    }

    @Test
    void fillsUnderWayTakeTheRoomOfWhatCanBeEvicted() throws IOException {
        for (int i = 0; i < 100; i++) {
            store.keep(i);
            store.clock.advance(Duration.ofMinutes(1));
        }
        limit(4 * MIB, OptionalLong.of(0));
        try (BlobWriter writer = writer()) {
            write(writer, 3 * MIB + MIB / 2);
            assertThat(store.blobs.usage().total()).isLessThanOrEqualTo(4 * MIB);
            assertThat(store.blobs.usage().running()).isEqualTo(3 * MIB + MIB / 2);
        }
        assertThat(store.index.ledger().totals().blobs()).isLessThan(60);
        assertThat(store.blobs.usage().running()).isZero();
    }

    @Test
    void whereEverythingIsPinnedAFillIsRefusedAndWhatItHadStaysGood() throws IOException {
        Digest pinned = store.keep(1);
        store.index.pins().pin("openai/gpt-x", "main", Set.of(pinned));
        limit(2 * MIB, OptionalLong.of(0));
        try (BlobWriter writer = writer()) {
            assertThatThrownBy(() -> write(writer, 3 * MIB)).isInstanceOf(NoRoomException.class);
            Extents before = writer.extents();
            assertThat(before.size()).isPositive();
            assertThat(store.blobs.usage().total()).isLessThanOrEqualTo(2 * MIB);
        }
        assertThat(store.holds(pinned)).isTrue();
        assertThat(store.blobs.usage().running()).isZero();
    }

    @Test
    void ofWhatIsLargerThanTheFileSystemPartsMayTakeAnEighthOfThat() throws IOException {
        total = 9 * MIB;
        SpaceGuard guard = limit(1L << 40, OptionalLong.of(0));
        assertThatThrownBy(() -> store.blobs.create(OptionalLong.of(20 * MIB), Optional.empty()))
                .isInstanceOf(NoRoomException.class)
                .hasMessageContaining("exceed the size of the file system");
        Digest other = Digest.sha256("1".repeat(64));
        try (BlobWriter writer = store.blobs.create(OptionalLong.of(20 * MIB), Optional.of(other))) {
            write(writer, MIB);
            assertThatThrownBy(() -> write(writer, 1)).isInstanceOf(NoRoomException.class);
        }
        try (BlobWriter writer = store.blobs.create(OptionalLong.of(8 * MIB), Optional.empty())) {
            write(writer, 6 * MIB);
        }
        assertThat(guard.refused()).isEqualTo(2);
    }

    @Test
    void theReserveOfTheFileSystemIsHeeded() throws IOException {
        limit(1L << 40, OptionalLong.of(0));
        usable = 3 * MIB;
        try (BlobWriter writer = writer()) {
            write(writer, MIB);
            usable = MIB;
            assertThatThrownBy(() -> write(writer, 8 * MIB)).isInstanceOf(NoRoomException.class);
        }
    }

    private void refuse(long bytes) throws IOException {
        try (BlobWriter writer = writer()) {
            assertThatThrownBy(() -> write(writer, bytes)).isInstanceOf(NoRoomException.class);
            writer.discard();
        }
    }

    @Test
    void aFileSystemThatOthersFilledIsTroubleUntilItHasRoomAgainThoughNothingIsAskedFor() throws IOException {
        SpaceGuard guard = limit(1L << 40, OptionalLong.of(0));
        usable = MIB;
        refuse(MIB);
        assertThat(store.blobs.trouble())
                .hasValueSatisfying(why -> assertThat(why).contains("file system", "cache.min_free", MIB + " bytes"));
        assertThat(store.blobs.isFull()).isTrue();
        guard.look();
        assertThat(store.blobs.trouble()).as("nothing has changed").isPresent();
        usable = 100 * MIB;
        guard.look();
        assertThat(store.blobs.trouble()).isEmpty();
        assertThat(store.blobs.isFull()).isFalse();
    }

    @Test
    void aFillThatFindsRoomInTheFileSystemEndsTheTrouble() throws IOException {
        limit(1L << 40, OptionalLong.of(0));
        usable = MIB;
        refuse(MIB);
        usable = 100 * MIB;
        store.keep(1);
        assertThat(store.blobs.trouble()).isEmpty();
    }

    @Test
    void aStoreThatIsFullOfPinnedContentIsNoTroubleOfTheFileSystem() throws IOException {
        Digest pinned = store.keep(1);
        store.index.pins().pin("openai/gpt-x", "main", Set.of(pinned));
        limit(2 * MIB, OptionalLong.of(0));
        refuse(3 * MIB);
        assertThat(store.blobs.trouble()).isEmpty();
    }

    @Test
    void anEvictionThatMakesRoomInTheFileSystemIsNoTrouble() throws IOException {
        long others = 10 * MIB;
        evicted = () -> usable = others;
        limit(1L << 40, OptionalLong.of(0));
        usable = MIB;
        try (BlobWriter writer = writer()) {
            write(writer, MIB);
        }
        assertThat(store.blobs.trouble()).isEmpty();
    }

    @Test
    void afterContentThatFoundNoRoomASmallOneIsStored() throws IOException {
        limit(1L << 40, OptionalLong.of(0));
        long free = 8 * MIB;
        total = 100 * MIB;
        usable = free;
        Digest other = Digest.sha256("1".repeat(64));
        try (BlobWriter writer = store.blobs.create(OptionalLong.of(20 * MIB), Optional.of(other))) {
            assertThatThrownBy(() -> {
                        for (long at = 0; at < 20 * MIB; at += 64 << 10) {
                            usable = free - at;
                            writer.write(at, ByteBuffer.allocate(64 << 10));
                        }
                    })
                    .isInstanceOf(NoRoomException.class);
        }
        while (store.blobs.partialBytes() == 0) {
            Thread.onSpinWait();
        }
        evicted = () -> usable = free;
        store.clock.advance(Duration.ofSeconds(1)); // until then no room is searched for again
        Digest small = store.keep(1);
        assertThat(store.holds(small)).isTrue();
        assertThat(store.blobs.hasPartial(other)).isFalse();
        assertThat(store.blobs.trouble()).isEmpty();
    }

    @Test
    void whatIsThrownAwayCountsAsLongAsAReaderHasItOpen() throws IOException {
        limit(100 * MIB, OptionalLong.of(0));
        BlobWriter writer = writer();
        write(writer, MIB);
        BlobFile reader = writer.file();
        assertThat(reader.retain()).isTrue();
        writer.discard();
        writer.close();
        assertThat(store.blobs.usage().running()).isEqualTo(MIB);
        reader.close();
        assertThat(store.blobs.usage().running()).isZero();
    }

    @Test
    void aCommitMovesWhatItTookToCompleteContent() throws IOException {
        limit(100 * MIB, OptionalLong.of(0));
        long before = store.blobs.usage().total();
        Digest sha256 = store.keep(7);
        assertThat(store.blobs.usage().running()).isZero();
        assertThat(store.blobs.usage().total() - store.blobs.usage().index())
                .isEqualTo(before - store.blobs.usage().index() + KeptStore.SIZE);
        store.blobs.delete(sha256);
        assertThat(store.blobs.usage().total()).isEqualTo(before);
    }

    @Test
    void partialsAtRestGoWhenThereIsNothingElse() throws IOException {
        limit(2 * MIB, OptionalLong.of(0));
        Digest other = Digest.sha256("1".repeat(64));
        try (BlobWriter writer = store.blobs.create(OptionalLong.of(10 * MIB), Optional.of(other))) {
            write(writer, MIB / 2);
        }
        while (store.blobs.partialBytes() == 0) {
            Thread.onSpinWait();
        }
        try (BlobWriter writer = writer()) {
            write(writer, MIB + 3 * MIB / 4);
        }
        assertThat(store.blobs.hasPartial(other)).isFalse();
    }
}
