package io.artifactvault.store;

import io.artifactvault.http.Digest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * Reads everything that is stored and compares it with what was recorded; changes nothing. Blocking; confined to one
 * thread.
 *
 * <p>A vault may be running on the folder: what it evicts or mends meanwhile is no damage. So what seems damaged is looked
 * at once more at the end, after the time that an index may lag behind the files.
 */
public final class Verification {
    private static final int BATCH = 1000;

    private final IndexView view;
    private final boolean deep;
    private final Duration lag;

    /**
     * The second argument: whether to compute every digest even where checksums were recorded.
     *
     * @param lag how long before the second look; zero when nobody else uses the folder
     */
    public Verification(IndexView view, boolean deep, Duration lag) {
        this.view = view;
        this.deep = deep;
        this.lag = lag;
    }

    /** What is damaged; {@code read} hears of the bytes of each blob that was looked at. */
    public List<Damage> run(LongConsumer read) throws IOException {
        List<Damage> damaged = new ArrayList<>();
        List<KeptBlob> batch = view.ledger().after(Optional.empty(), BATCH);
        while (!batch.isEmpty()) {
            for (KeptBlob blob : batch) {
                check(blob.sha256(), blob.length()).ifPresent(damaged::add);
                read.accept(blob.length());
            }
            batch = view.ledger().after(Optional.of(batch.getLast().sha256()), BATCH);
        }
        return damaged.isEmpty() ? damaged : lookAgain(damaged);
    }

    private List<Damage> lookAgain(List<Damage> suspects) throws IOException {
        LockSupport.parkNanos(lag.toNanos());
        List<Damage> damaged = new ArrayList<>();
        for (Damage suspect : suspects) {
            Optional<Long> length = view.length(suspect.sha256());
            if (length.isPresent()) {
                check(suspect.sha256(), length.get()).ifPresent(damaged::add);
            }
        }
        return damaged;
    }

    private Optional<Damage> check(Digest sha256, long length) {
        try {
            Optional<BlobFile> file = view.open(sha256);
            return file.isPresent()
                    ? check(sha256, length, file.get())
                    : Optional.of(new Damage(sha256, length, Extents.NONE));
        } catch (IOException e) {
            return Optional.of(new Damage(sha256, length, Extents.NONE));
        }
    }

    private Optional<Damage> check(Digest sha256, long length, BlobFile leased) throws IOException {
        try (BlobFile file = leased) {
            Optional<Checksums> checksums = view.checksums(sha256);
            BlobInspection inspection = deep
                    ? BlobInspection.deep(file, sha256, length, checksums)
                    : BlobInspection.quick(file, sha256, length, checksums);
            return inspection.run().isSound()
                    ? Optional.empty()
                    : Optional.of(new Damage(sha256, length, inspection.good()));
        }
    }

    /**
     * Takes damaged content out of service, in a folder that nobody else uses: what is good of it stays as a partial, the
     * rest goes to quarantine.
     */
    public static void repair(List<Damage> damaged, EntryIndex index, BlobStore blobs) throws IOException {
        for (Damage one : damaged) {
            Digest sha256 = one.sha256();
            blobs.demote(sha256, one.length(), one.good(), sha256);
            index.removeBlob(sha256);
        }
        index.flush();
    }
}
