package io.artifactvault.store.upkeep;

import static io.artifactvault.store.KeptStore.SIZE;
import static io.artifactvault.store.KeptStore.names;
import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Digest;
import io.artifactvault.store.KeptStore;
import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.store.disk.EvictionSettings;
import io.artifactvault.store.disk.Overhead;
import io.artifactvault.store.disk.Space;
import io.artifactvault.store.index.EvictionPolicy;
import io.artifactvault.store.index.Inventory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvictorTest {
    private static final EvictionSettings TEN_BLOBS =
            new EvictionSettings(10 * SIZE, 100, 80, OptionalLong.of(0), Optional.empty());

    private KeptStore store;
    private long usable = 1L << 40;
    private long partials;

    @BeforeEach
    void openStore(@TempDir Path dir) throws IOException {
        store = new KeptStore(dir);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void whileTheFolderIsAnothersNothingIsEvicted() throws IOException {
        Digest sha256 = store.keep(1);
        usable = 0;
        Evictor evictor = evictor(new EvictionSettings(10 * SIZE, 100, 80, OptionalLong.of(SIZE), Optional.empty()));
        store.blobs.suspend(Optional.of("another vault has the folder"));
        assertThat(evictor.run()).isEmpty();
        assertThat(evictor.emergency(SIZE)).isEmpty();
        store.blobs.suspend(Optional.empty());
        assertThat(names(evictor.run())).containsExactly(sha256);
    }

    private Evictor evictor(EvictionSettings settings) {
        Space space = new Space() {
            @Override
            public long usable() {
                return usable;
            }

            @Override
            public long total() {
                return 1L << 40;
            }
        };
        Evictor.Parts parts = new Evictor.Parts(
                store.index.ledger(), store.index, store.blobs, store.index.pins(), store.blobs::isLent);
        Overhead overhead = new Overhead() {
            @Override
            public long bytes() {
                return partials;
            }

            @Override
            public long giveUp(long bytes) {
                long given = Math.min(bytes, partials);
                partials -= given;
                return given;
            }
        };
        return new Evictor(settings, parts, space, overhead, store.clock);
    }

    /** The first is the oldest. */
    private List<Digest> keep(int count) throws IOException {
        List<Digest> kept = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            kept.add(store.keep(i));
            store.clock.advance(Duration.ofHours(1));
        }
        return kept;
    }

    @Test
    void aStoreWithinItsLimitKeepsEverything() throws IOException {
        keep(10);
        assertThat(evictor(TEN_BLOBS).run()).isEmpty();
    }

    @Test
    void aboveTheHighMarkTheLeastValuableGoDownToTheLowMark() throws IOException {
        List<Digest> kept = keep(11);
        Evictor evictor = evictor(TEN_BLOBS);
        assertThat(names(evictor.dryRun())).containsExactlyElementsOf(kept.subList(0, 3));
        assertThat(store.holds(kept.getFirst())).isTrue();
        assertThat(names(evictor.run())).containsExactlyElementsOf(kept.subList(0, 3));
        assertThat(store.holds(kept.getFirst())).isFalse();
        assertThat(store.holds(kept.get(3))).isTrue();
        assertThat(store.index.ledger().totals()).isEqualTo(new Inventory.Totals(8, 8 * SIZE));
        assertThat(evictor.run()).isEmpty();
    }

    @Test
    void usedContentStays() throws IOException {
        List<Digest> kept = keep(11);
        store.index.touch(kept.getFirst(), store.clock.instant());
        assertThat(names(evictor(TEN_BLOBS).run())).containsExactlyElementsOf(kept.subList(1, 4));
    }

    @Test
    void contentThatIsPinnedOrBeingReadStays() throws IOException {
        List<Digest> kept = keep(11);
        store.index.pins().pin("openai/gpt-x", "main", Set.of(kept.getFirst()));
        try (BlobFile _ = store.blobs.open(kept.get(1)).orElseThrow()) {
            assertThat(names(evictor(TEN_BLOBS).run())).containsExactlyElementsOf(kept.subList(2, 5));
        }
        assertThat(names(evictor(TEN_BLOBS).emergency(SIZE))).containsExactly(kept.get(1));
    }

    @Test
    void whenEverythingIsPinnedNothingGoes() throws IOException {
        List<Digest> kept = keep(11);
        store.index.pins().pin("openai/gpt-x", "main", Set.copyOf(kept));
        assertThat(evictor(TEN_BLOBS).run()).isEmpty();
    }

    @Test
    void partialsCountTowardsTheLimit() throws IOException {
        List<Digest> kept = keep(10);
        partials = SIZE;
        assertThat(names(evictor(TEN_BLOBS).run())).containsExactlyElementsOf(kept.subList(0, 3));
    }

    @Test
    void theReserveOfTheFileSystemIsFreedAgain() throws IOException {
        List<Digest> kept = keep(5);
        usable = 3 * SIZE;
        EvictionSettings settings =
                new EvictionSettings(100 * SIZE, 98, 90, OptionalLong.of(4 * SIZE), Optional.empty());
        assertThat(names(evictor(settings).run())).containsExactlyElementsOf(kept.subList(0, 3));
    }

    @Test
    void withoutASettingTheReserveIsTwoGibibytesAtMost() throws IOException {
        List<Digest> kept = keep(2);
        usable = (2L << 30) - 1;
        assertThat(names(evictor(EvictionSettings.upTo(1L << 40)).run())).containsExactlyElementsOf(kept);
        usable = 2L << 30;
        keep(1);
        assertThat(evictor(EvictionSettings.upTo(1L << 40)).run()).isEmpty();
    }

    @Test
    void contentThatIsUnusedForTooLongIsEvictedThoughThereIsRoom() throws IOException {
        List<Digest> kept = keep(3);
        EvictionSettings settings =
                new EvictionSettings(100 * SIZE, 98, 90, OptionalLong.of(0), Optional.of(Duration.ofMinutes(150)));
        assertThat(names(evictor(settings).run())).containsExactly(kept.getFirst());
    }

    @Test
    void anEmergencyMakesAsMuchRoomAsIsWanted() throws IOException {
        List<Digest> kept = keep(5);
        assertThat(names(evictor(TEN_BLOBS).emergency(SIZE + 1))).containsExactlyElementsOf(kept.subList(0, 2));
    }

    @Test
    void bigFilesGoBeforeSmallOnesOfTheSameUse() {
        assertThat(EvictionPolicy.value(3, 1_000, 60_000)).isGreaterThan(EvictionPolicy.value(3, 1_000_000, 60_000));
        assertThat(EvictionPolicy.value(4, 1_000, 60_000)).isGreaterThan(EvictionPolicy.value(3, 1_000, 60_000));
        assertThat(EvictionPolicy.value(3, 1_000, 60_000)).isGreaterThan(EvictionPolicy.value(3, 1_000, 61_000));
        assertThat(EvictionPolicy.value(0, 0, -1)).isFinite().isPositive();
    }
}
