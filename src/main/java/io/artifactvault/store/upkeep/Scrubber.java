package io.artifactvault.store.upkeep;

import io.artifactvault.http.Digest;
import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.store.blob.BlobInspection;
import io.artifactvault.store.blob.BlobStore;
import io.artifactvault.store.blob.Damage;
import io.artifactvault.store.index.Checksums;
import io.artifactvault.store.index.EntryIndex;
import io.artifactvault.store.index.Extents;
import io.artifactvault.store.index.Inventory;
import io.artifactvault.store.index.KeptBlob;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads stored content again in the order of its digests, one block per run and within the configured rate, to find
 * corruption. A cycle takes at least a day and resumes after a restart. It pauses while the folder does not belong to
 * this vault. Confined to the keeper's thread; close it after the keeper.
 */
public final class Scrubber implements Chores.Chore, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Scrubber.class);
    private static final String MEMO = "scrubbed_up_to";
    private static final int BATCH = 100;
    private static final int SMALLEST_COST = 4096;
    private static final Duration CYCLE = Duration.ofDays(1);
    private static final Duration MEMO_EVERY = Duration.ofMinutes(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Inventory ledger;
    private final EntryIndex index;
    private final BlobStore blobs;
    private final long rate;
    private final Clock clock;
    private final Consumer<Damage> found;
    private final Deque<KeptBlob> batch = new ArrayDeque<>();
    private @Nullable Reading reading;
    private Optional<Digest> last = Optional.empty();
    private boolean resumed; // Whether the memo was read.
    private Instant cycleBegan = Instant.MIN;
    private Instant rememberAgain = Instant.MIN;

    /** A blob under inspection. */
    private record Reading(KeptBlob blob, BlobFile file, BlobInspection inspection) {}

    /**
     * The last two arguments are the rate in bytes per second, and the handler that takes damaged content out of
     * service.
     */
    public Scrubber(
            Inventory ledger, EntryIndex index, BlobStore blobs, long rate, Clock clock, Consumer<Damage> found) {
        this.ledger = ledger;
        this.index = index;
        this.blobs = blobs;
        this.rate = rate;
        this.clock = clock;
        this.found = found;
    }

    /** Reads at most one block; the pause follows from the rate. */
    @Override
    public Duration work() throws IOException {
        Reading under = reading;
        if (blobs.suspended().isPresent()) {
            // Missing content is not damage when the folder belongs to another vault, and nothing in it may be changed.
            putBack(under);
            return LONGEST_PAUSE;
        }
        if (under != null) {
            return read(under);
        }
        KeptBlob next = next();
        if (next == null) {
            return LONGEST_PAUSE;
        }
        begin(next);
        return pause(SMALLEST_COST);
    }

    private @Nullable KeptBlob next() throws IOException {
        if (batch.isEmpty() && !isResting()) {
            Optional<Digest> from = resumed ? last : ledger.memo(MEMO).flatMap(Digest::parse);
            resumed = true;
            if (from.isEmpty()) {
                cycleBegan = clock.instant();
            }
            batch.addAll(ledger.after(from, BATCH));
            last = batch.isEmpty()
                    ? Optional.empty()
                    : Optional.of(batch.getLast().sha256());
            if (batch.isEmpty()) {
                ledger.memo(MEMO, "");
            }
        }
        return batch.poll();
    }

    /** Whether a cycle is complete and the next one is not due yet. */
    private boolean isResting() {
        return resumed && last.isEmpty() && clock.instant().isBefore(nextCycle());
    }

    private Instant nextCycle() {
        return cycleBegan.equals(Instant.MIN) ? Instant.MIN : cycleBegan.plus(CYCLE);
    }

    private void begin(KeptBlob blob) {
        if (!isStill(blob)) {
            return;
        }
        try {
            Optional<BlobFile> file = blobs.open(blob.sha256());
            if (file.isPresent()) {
                Optional<Checksums> checksums = index.loadChecksums(blob.sha256());
                reading = new Reading(
                        blob, file.get(), BlobInspection.quick(file.get(), blob.sha256(), blob.length(), checksums));
            } else {
                report(blob, Extents.NONE);
            }
        } catch (IOException e) {
            log.debug("Could not open {}; the next cycle tries again.", blob.sha256(), e);
        }
    }

    private Duration read(Reading under) throws IOException {
        try {
            if (under.inspection.step()) {
                return pause(Math.min(under.blob.length(), Checksums.BLOCK));
            }
            if (!under.inspection.isSound()) {
                report(under.blob, under.inspection.good());
            }
        } catch (ClosedChannelException e) {
            log.debug("{} was closed while the scrubber read it; the next cycle tries again.", under.blob.sha256());
        } catch (IOException e) {
            blobs.unreadable(under.blob.sha256(), e);
        }
        finish(under);
        remember(under.blob.sha256());
        return Duration.ZERO;
    }

    private void putBack(@Nullable Reading under) {
        if (under != null) {
            finish(under);
            batch.addFirst(under.blob);
        }
    }

    private void finish(Reading under) {
        under.file.close();
        reading = null;
    }

    /**
     * Records the position at regular intervals: large content takes minutes, and a record after each small one would
     * write the memo too often.
     */
    private void remember(Digest done) {
        Instant now = clock.instant();
        if (!now.isBefore(rememberAgain)) {
            rememberAgain = now.plus(MEMO_EVERY);
            ledger.memo(MEMO, done.toString());
        }
    }

    /** Whether the blob is still stored: it may have been evicted or demoted since it was listed. */
    private boolean isStill(KeptBlob blob) {
        return index.loadLength(blob.sha256())
                .filter(length -> length == blob.length())
                .isPresent();
    }

    private void report(KeptBlob blob, Extents good) {
        if (isStill(blob)) {
            log.warn(
                    "The scrubber found {} damaged: {} of {} bytes are intact. The next request fetches the rest.",
                    blob.sha256(),
                    good.size(),
                    blob.length());
            found.accept(new Damage(blob.sha256(), blob.length(), good));
        }
    }

    private Duration pause(long bytes) {
        Duration pause = Duration.ofNanos((long) (1e9 * Math.max(bytes, SMALLEST_COST) / rate));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    /** Releases the file that it reads. */
    @Override
    public void close() {
        if (reading != null) {
            finish(reading);
        }
    }
}
