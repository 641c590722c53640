package io.artifactvault.store;

import io.artifactvault.fixtures.TestClock;
import io.artifactvault.http.Digest;
import io.artifactvault.store.blob.BlobInspectionTest;
import io.artifactvault.store.blob.FileBlobStore;
import io.artifactvault.store.disk.Blocks;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.index.KeptBlob;
import io.artifactvault.store.sqlite.SqliteEntryIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A store with its index on a real folder and a clock that stands still, for the tests of those who look after it. */
public final class KeptStore implements AutoCloseable {
    public static final int SIZE = 3 * Blocks.SIZE;

    public final TestClock clock = new TestClock(Instant.parse("2026-11-23T12:00:00Z"));
    public final Path dir;
    public final FileBlobStore blobs;
    public SqliteEntryIndex index;

    public KeptStore(Path dir) throws IOException {
        this.dir = dir;
        this.blobs = FileBlobStore.open(StoredContent.settings(dir));
        this.index = SqliteEntryIndex.open(StoredContent.settings(dir), clock);
    }

    public void reopen() throws IOException {
        index.close();
        index = SqliteEntryIndex.open(StoredContent.settings(dir), clock);
    }

    /** Stores {@value #SIZE} bytes that no other number has. */
    public Digest keep(int number) throws IOException {
        byte[] bytes = new byte[SIZE];
        Arrays.fill(bytes, (byte) number);
        Digest sha256 = StoredContent.keep(blobs, bytes);
        index.putBlob(sha256, SIZE, Optional.empty(), Optional.of(BlobInspectionTest.sums(bytes)));
        return sha256;
    }

    public Path path(Digest sha256) {
        return new VaultLayout(dir).blob(sha256);
    }

    public boolean holds(Digest sha256) throws IOException {
        return StoredContent.read(blobs, sha256).isPresent()
                && index.loadBlob(sha256).isPresent();
    }

    public static List<Digest> names(List<KeptBlob> blobs) {
        return blobs.stream().map(KeptBlob::sha256).toList();
    }

    @Override
    public void close() {
        index.close();
        blobs.close();
    }
}
