package io.artifactvault.store.upkeep;

import io.artifactvault.http.Digest;
import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.store.blob.BlobInspection;
import io.artifactvault.store.blob.BlobStore;
import io.artifactvault.store.blob.Damage;
import io.artifactvault.store.index.Checksums;
import io.artifactvault.store.index.EntryIndex;
import io.artifactvault.store.index.KeptBlob;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Reads all stored content and compares it with the recorded checksums; changes nothing. Blocking; confined to one
 * thread.
 *
 * <p>A vault may be running on the folder: content that it evicts or repairs during the run is not damaged. Content
 * that seems damaged is therefore checked again at the end, after the longest time by which the index may lag behind
 * the files.
 */
public final class Verification {
    private static final int BATCH = 1000;

    private final IndexView view;
    private final boolean deep;
    private final Duration lag;

    /**
     * {@code deep} makes the verification compute every digest even if checksums were recorded.
     *
     * @param lag the delay before the second check; zero when no other process uses the folder
     */
    public Verification(IndexView view, boolean deep, Duration lag) {
        this.view = view;
        this.deep = deep;
        this.lag = lag;
    }

    /** The result of checking one blob. */
    private sealed interface Finding {
        record Sound() implements Finding {}

        record Damaged(Damage proof) implements Finding {}

        record Unread(Unreadable one) implements Finding {}
    }

    /**
     * Content that could not be read. This does not show that it is damaged.
     *
     * @param why the disk's error
     */
    public record Unreadable(Digest sha256, String why) {}

    /** Damaged content and content that could not be read. */
    public record Result(List<Damage> damaged, List<Unreadable> unreadable) {
        public boolean isClean() {
            return damaged.isEmpty() && unreadable.isEmpty();
        }
    }

    /** Checks all content, and passes the number of bytes of each checked blob to {@code read}. */
    public Result run(LongConsumer read) throws IOException {
        Gathered found = new Gathered(new ArrayList<>(), new ArrayList<>());
        List<KeptBlob> batch = view.ledger().after(Optional.empty(), BATCH);
        while (!batch.isEmpty()) {
            for (KeptBlob blob : batch) {
                found.add(check(blob.sha256(), blob.length()));
                read.accept(blob.length());
            }
            batch = view.ledger().after(Optional.of(batch.getLast().sha256()), BATCH);
        }
        return found.suspects().isEmpty() ? found.result() : lookAgain(found.suspects());
    }

    private record Gathered(List<Damage> damaged, List<Unreadable> unread) {
        void add(Finding finding) {
            switch (finding) {
                case Finding.Sound _ -> {}
                case Finding.Damaged(Damage proof) -> damaged.add(proof);
                case Finding.Unread(Unreadable one) -> unread.add(one);
            }
        }

        List<Digest> suspects() {
            return Stream.concat(
                            damaged.stream().map(Damage::sha256),
                            unread.stream().map(Unreadable::sha256))
                    .toList();
        }

        Result result() {
            return new Result(List.copyOf(damaged), List.copyOf(unread));
        }
    }

    private Result lookAgain(List<Digest> suspects) throws IOException {
        LockSupport.parkNanos(lag.toNanos());
        Gathered found = new Gathered(new ArrayList<>(), new ArrayList<>());
        for (Digest suspect : suspects) {
            Optional<Long> length = view.length(suspect);
            if (length.isPresent()) {
                found.add(check(suspect, length.get()));
            }
        }
        return found.result();
    }

    private Finding check(Digest sha256, long length) {
        try {
            Optional<BlobFile> file = view.open(sha256);
            return file.isPresent()
                    ? check(sha256, length, file.get())
                    : new Finding.Damaged(Damage.ofAll(sha256, length));
        } catch (IOException e) {
            return new Finding.Unread(new Unreadable(sha256, e.toString()));
        }
    }

    private Finding check(Digest sha256, long length, BlobFile leased) throws IOException {
        try (BlobFile file = leased) {
            Optional<Checksums> checksums = view.checksums(sha256);
            BlobInspection inspection = deep
                    ? BlobInspection.deep(file, sha256, length, checksums)
                    : BlobInspection.quick(file, sha256, length, checksums);
            return inspection.run().isSound()
                    ? new Finding.Sound()
                    : new Finding.Damaged(new Damage(sha256, length, inspection.good()));
        }
    }

    /**
     * Takes damaged content out of service, in a folder that no other process uses: its good bytes stay as a partial, a
     * copy of the others goes to quarantine.
     */
    public static void repair(List<Damage> damaged, EntryIndex index, BlobStore blobs) throws IOException {
        for (Damage one : damaged) {
            Digest sha256 = one.sha256();
            blobs.demote(one, sha256);
            index.removeBlob(sha256);
        }
        index.flush();
    }
}
