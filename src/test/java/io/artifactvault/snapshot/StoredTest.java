package io.artifactvault.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.http.Digest;
import io.artifactvault.store.FaultyDisk;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.blob.BlobStore;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.index.InMemoryEntryIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a snapshot's files are taken for while they cannot be read. */
class StoredTest {
    @TempDir
    Path dir;

    private final FaultyDisk disk = new FaultyDisk();
    private final InMemoryEntryIndex index = new InMemoryEntryIndex();

    private BlobStore open() throws IOException {
        return disk.store(StoreSettings.of(dir, 1L << 40, 1 << 20, 8));
    }

    private Digest keep() throws IOException {
        try (BlobStore blobs = open();
                BlobWriter writer = blobs.create(OptionalLong.of(7), Optional.empty())) {
            writer.write(0, ByteBuffer.wrap(new byte[7]));
            assertThat(writer.verify()).isTrue();
            Digest sha256 = writer.commit();
            index.putBlob(sha256, 7, Optional.empty(), Optional.empty());
            return sha256;
        }
    }

    @Test
    void aFileThatCannotBeOpenedNowCountsAsStoredAndReadingItFails() throws IOException {
        Digest sha256 = keep();
        SnapshotFile file = new SnapshotFile("weights.bin", 7, Optional.of(sha256));
        try (BlobStore blobs = open()) {
            Stored stored = new Stored(index, blobs);
            disk.refuse(FaultyDisk.Step.OPEN, "Too many open files");
            assertThat(stored.holds(file)).isTrue();
            assertThatIOException()
                    .isThrownBy(() -> stored.isRight(sha256, file))
                    .withMessageContaining("Too many open files");
            disk.heal();
            assertThat(stored.isRight(sha256, file)).isTrue();
        }
    }

    @Test
    void aMissingFileIsNotStored() throws IOException {
        Digest sha256 = keep();
        try (BlobStore blobs = open()) {
            blobs.delete(sha256);
        }
        try (BlobStore blobs = open()) {
            assertThat(new Stored(index, blobs).holds(new SnapshotFile("weights.bin", 7, Optional.of(sha256))))
                    .isFalse();
        }
    }
}
