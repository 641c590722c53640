package io.artifactvault.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Digest.Algorithm;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Hasher;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.sqlite.SqliteEntryIndex;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index cut or damaged at any byte forgets; it never maps a key to other content than was put there. */
class IndexCutTest {
    private static final int KEYS = 300;
    private static final int CUTS = 60;

    @TempDir
    Path dir;

    private Path whole = Path.of("replaced");

    private static Digest digest(int i) {
        Hasher hasher = Hasher.of(Algorithm.SHA256, 0);
        hasher.update(ByteBuffer.wrap(("content " + i).getBytes(StandardCharsets.UTF_8)));
        return hasher.finish();
    }

    private static StoreSettings settings(Path folder) {
        return StoreSettings.of(folder, 1 << 30, 1 << 20, 8);
    }

    /** Files as they lie on the disk while the vault runs: part of the content in the database, part in its WAL. */
    @BeforeEach
    void writeAnIndex() throws IOException {
        Path folder = Files.createDirectory(dir.resolve("source"));
        whole = Files.createDirectory(dir.resolve("whole"));
        try (SqliteEntryIndex index = SqliteEntryIndex.open(settings(folder))) {
            for (int i = 0; i < KEYS; i++) {
                index.putBlob(digest(i), i, Optional.empty(), Optional.empty());
                index.put(entry(i));
                if (i % 50 == 49) {
                    index.flush();
                }
            }
            for (Path file : new VaultLayout(folder).indexFiles()) {
                if (Files.exists(file)) {
                    Files.copy(file, whole.resolve(file.getFileName()));
                }
            }
        }
    }

    private static Entry entry(int i) {
        Instant noon = Instant.parse("2026-01-01T12:00:00Z");
        return new Entry(
                "key " + i,
                200,
                Fields.of("ETag", "\"" + i + "\""),
                OptionalLong.of(i),
                Optional.of(digest(i)),
                Optional.of(digest(i)),
                noon,
                noon);
    }

    private Path copy(int number) throws IOException {
        Path folder = Files.createDirectory(dir.resolve("cut" + number));
        try (var files = Files.list(whole)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        return folder;
    }

    private static void harm(Path folder, Random random) throws IOException {
        try (var files = Files.list(folder)) {
            List<Path> all = files.sorted().toList();
            try (RandomAccessFile file =
                    new RandomAccessFile(all.get(random.nextInt(all.size())).toFile(), "rw")) {
                long at = random.nextLong(Math.max(1, file.length()));
                if (random.nextBoolean()) {
                    file.setLength(at);
                } else {
                    byte[] junk = new byte[64];
                    random.nextBytes(junk);
                    file.seek(at);
                    file.write(junk);
                }
            }
        }
    }

    @Test
    void aKeyNeverLeadsToOtherContent() throws IOException {
        Random random = new Random(11);
        int kept = 0;
        for (int cut = 0; cut < CUTS; cut++) {
            Path folder = copy(cut);
            harm(folder, random);
            try (SqliteEntryIndex index = SqliteEntryIndex.open(settings(folder))) {
                for (int i = 0; i < KEYS; i++) {
                    Optional<Entry> found = index.load("key " + i);
                    assertThat(found).isIn(Optional.empty(), Optional.of(entry(i)));
                    kept += found.isPresent() ? 1 : 0;
                }
            }
        }
        assertThat(kept).isGreaterThan(KEYS);
    }
}
