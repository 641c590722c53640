package io.artifactvault.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Digest;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.blob.FileBlobStore;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.index.EntryIndex;
import io.artifactvault.store.sqlite.SqliteEntryIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphanScanTest {
    @TempDir
    Path dir;

    private void around(StoreSettings settings, EntryIndex index) throws IOException {
        OrphanScan adoption = new OrphanScan(settings, index);
        for (int i = 0; i < 256; i++) {
            adoption.work();
        }
    }

    @Test
    void contentThatALostIndexNoLongerKnowsIsCountedAgain() throws IOException {
        StoreSettings settings = StoreSettings.of(dir, 1 << 20, 1 << 20, 8);
        Digest sha256;
        try (FileBlobStore blobs = FileBlobStore.open(settings);
                BlobWriter writer = blobs.create(OptionalLong.of(1000), Optional.empty())) {
            writer.write(0, ByteBuffer.allocate(1000));
            assertThat(writer.verify()).isTrue();
            sha256 = writer.commit();
        }
        try (SqliteEntryIndex index = SqliteEntryIndex.open(settings)) {
            assertThat(index.ledger().totals().bytes()).isZero();
            around(settings, index);
            index.flush();
            assertThat(index.ledger().totals().bytes()).isEqualTo(1000);
            assertThat(index.loadBlob(sha256)).hasValue(sha256);
        }
    }

    @Test
    void whatIsNoContentIsLeftAlone() throws IOException {
        StoreSettings settings = StoreSettings.of(dir, 1 << 20, 1 << 20, 8);
        FileBlobStore.open(settings).close();
        Path folder = Files.createDirectories(new VaultLayout(dir).blobs().resolve("ab"));
        Files.writeString(folder.resolve("notes.txt"), "somebody's");
        try (SqliteEntryIndex index = SqliteEntryIndex.open(settings)) {
            around(settings, index);
            assertThat(index.ledger().totals().blobs()).isZero();
        }
    }
}
