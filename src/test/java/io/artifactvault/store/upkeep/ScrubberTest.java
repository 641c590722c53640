package io.artifactvault.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Digest;
import io.artifactvault.store.KeptStore;
import io.artifactvault.store.blob.Damage;
import io.artifactvault.store.index.Extents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScrubberTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** One to open it, one for its only block, one for the verdict. */
    private static final int TURNS_PER_BLOB = 3;

    private final List<Damage> found = new ArrayList<>();
    private KeptStore store;

    @BeforeEach
    void openStore(@TempDir Path dir) throws IOException {
        store = new KeptStore(dir);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private Scrubber scrubber(long rate) {
        return new Scrubber(store.index.ledger(), store.index, store.blobs, rate, store.clock, found::add);
    }

    /** Until it rests; says how long it took. */
    private Duration cycle(Scrubber scrubber) throws IOException {
        Duration took = Duration.ZERO;
        Duration pause = scrubber.work();
        while (pause.compareTo(MINUTE) < 0) {
            took = took.plus(pause);
            pause = scrubber.work();
        }
        return took;
    }

    private void flip(Digest sha256) throws IOException {
        byte[] bytes = Files.readAllBytes(store.path(sha256));
        bytes[77] ^= 1;
        Files.write(store.path(sha256), bytes);
    }

    @Test
    void soundContentIsReadWithoutAWarning() throws IOException {
        for (int i = 0; i < 5; i++) {
            store.keep(i);
        }
        cycle(scrubber(1 << 20));
        assertThat(found).isEmpty();
    }

    @Test
    void damageIsReportedOnceACycle() throws IOException {
        store.keep(1);
        Digest flipped = store.keep(2);
        Digest deleted = store.keep(3);
        flip(flipped);
        store.blobs.delete(deleted);
        Scrubber scrubber = scrubber(1 << 20);
        cycle(scrubber);
        assertThat(found)
                .containsExactlyInAnyOrder(
                        new Damage(flipped, KeptStore.SIZE, Extents.NONE),
                        new Damage(deleted, KeptStore.SIZE, Extents.NONE));
        cycle(scrubber);
        assertThat(found).hasSize(2);
        store.clock.advance(Duration.ofDays(1));
        cycle(scrubber);
        assertThat(found).hasSize(4);
    }

    @Test
    void theScrubberKeepsToItsRate() throws IOException {
        for (int i = 0; i < 10; i++) {
            store.keep(i);
        }
        assertThat(cycle(scrubber(10_000))).isBetween(Duration.ofSeconds(12), Duration.ofSeconds(17));
    }

    @Test
    void theScrubberContinuesWhereTheLastProcessStopped() throws IOException {
        List<Digest> kept = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            kept.add(store.keep(i));
        }
        kept.sort((a, b) -> a.hex().compareTo(b.hex()));
        flip(kept.get(2));
        flip(kept.get(7));
        try (Scrubber stopped = scrubber(1 << 20)) {
            for (int turn = 0; turn < 4 * TURNS_PER_BLOB; turn++) {
                stopped.work();
                store.clock.advance(MINUTE);
            }
        }
        assertThat(found).extracting(Damage::sha256).containsExactly(kept.get(2));
        store.reopen();
        flip(kept.get(1));
        Scrubber next = scrubber(1 << 20);
        for (int turn = 0; turn < 6 * TURNS_PER_BLOB; turn++) {
            next.work();
        }
        assertThat(found).extracting(Damage::sha256).containsExactly(kept.get(2), kept.get(7));
    }

    @Test
    void whatWasEvictedMeanwhileIsNoDamage() throws IOException {
        Digest sha256 = store.keep(1);
        Scrubber scrubber = scrubber(1 << 20);
        scrubber.work();
        store.blobs.delete(sha256);
        store.index.removeBlob(sha256);
        cycle(scrubber);
        assertThat(found).isEmpty();
    }

    @Test
    void whileTheFolderIsAnothersItDoesNothingAndGoesOnAfterwards() throws IOException {
        Digest sha256 = store.keep(1);
        Scrubber scrubber = scrubber(1 << 20);
        scrubber.work(); // under inspection
        store.blobs.suspend(Optional.of("another vault has the folder"));
        flip(sha256);
        for (int turn = 0; turn < 2 * TURNS_PER_BLOB; turn++) {
            assertThat(scrubber.work()).isPositive();
        }
        assertThat(store.blobs.isLent(sha256)).as("a file is open").isFalse();
        assertThat(found).isEmpty();
        store.blobs.suspend(Optional.empty());
        cycle(scrubber);
        store.clock.advance(Duration.ofDays(1));
        cycle(scrubber);
        assertThat(found).extracting(Damage::sha256).contains(sha256);
    }

    @Test
    void contentThatIsMissingInAFolderThatIsAnothersIsNoDamage() throws IOException {
        Digest sha256 = store.keep(1);
        Scrubber scrubber = scrubber(1 << 20);
        store.blobs.suspend(Optional.of("another vault has the folder"));
        Files.delete(store.path(sha256));
        cycle(scrubber);
        assertThat(found).isEmpty();
    }

    @Test
    void closingGivesTheFileBack() throws IOException {
        Digest sha256 = store.keep(1);
        try (Scrubber scrubber = scrubber(1 << 20)) {
            scrubber.work();
            assertThat(store.blobs.isLent(sha256)).isTrue();
        }
        assertThat(store.blobs.isLent(sha256)).isFalse();
    }
}
