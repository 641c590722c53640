package io.artifactvault.store;

import io.artifactvault.http.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Reads everything that is stored and compares it with what was recorded. Blocking; confined to one thread. */
public final class Verification {
    private static final int BATCH = 1000;

    private final Ledger ledger;
    private final EntryIndex index;
    private final BlobStore blobs;
    private final boolean deep;

    /** The last argument: whether to compute every digest even where checksums were recorded. */
    public Verification(Ledger ledger, EntryIndex index, BlobStore blobs, boolean deep) {
        this.ledger = ledger;
        this.index = index;
        this.blobs = blobs;
        this.deep = deep;
    }

    /** What is damaged; {@code read} hears of the bytes of each blob that was looked at. */
    public List<Damage> run(LongConsumer read) throws IOException {
        List<Damage> damaged = new ArrayList<>();
        List<KeptBlob> batch = ledger.after(Optional.empty(), BATCH);
        while (!batch.isEmpty()) {
            for (KeptBlob blob : batch) {
                check(blob).ifPresent(damaged::add);
                read.accept(blob.length());
            }
            batch = ledger.after(Optional.of(batch.getLast().sha256()), BATCH);
        }
        return damaged;
    }

    private Optional<Damage> check(KeptBlob blob) {
        try {
            Optional<BlobFile> file = blobs.open(blob.sha256());
            return file.isPresent() ? check(blob, file.get()) : Optional.of(damage(blob, Extents.NONE));
        } catch (IOException e) {
            return Optional.of(damage(blob, Extents.NONE));
        }
    }

    private Optional<Damage> check(KeptBlob blob, BlobFile leased) throws IOException {
        try (BlobFile file = leased) {
            Optional<Checksums> checksums = index.loadChecksums(blob.sha256());
            BlobInspection inspection = deep
                    ? BlobInspection.deep(file, blob.sha256(), blob.length(), checksums)
                    : BlobInspection.quick(file, blob.sha256(), blob.length(), checksums);
            return inspection.run().isSound() ? Optional.empty() : Optional.of(damage(blob, inspection.good()));
        }
    }

    private static Damage damage(KeptBlob blob, Extents good) {
        return new Damage(blob.sha256(), blob.length(), good);
    }

    /** Takes damaged content out of service: what is good of it stays as a partial, the rest goes to quarantine. */
    public void repair(List<Damage> damaged) throws IOException {
        for (Damage one : damaged) {
            Digest sha256 = one.sha256();
            blobs.demote(sha256, one.length(), one.good(), sha256);
            index.removeBlob(sha256);
        }
        index.flush();
    }
}
