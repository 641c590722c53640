package io.artifactvault.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.artifactvault.http.Digest;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.blob.FileBlobStore;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.disk.VaultLock;
import io.artifactvault.store.sqlite.SqliteEntryIndex;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheCommandTest {
    private static final byte[] LARGE = new byte[2 << 20];
    private static final byte[] BYTES = "weights".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path dir;

    private StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int vault(String... arguments) {
        out = new StringWriter();
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out.toString());
    }

    private Digest fill() throws IOException {
        return fill(BYTES);
    }

    private Digest fill(byte[] bytes) throws IOException {
        StoreSettings settings = StoreSettings.of(dir, 1 << 30, 1 << 20, 8);
        try (FileBlobStore blobs = FileBlobStore.open(settings);
                SqliteEntryIndex index = SqliteEntryIndex.open(settings);
                BlobWriter writer = blobs.create(OptionalLong.of(bytes.length), Optional.empty())) {
            writer.write(0, ByteBuffer.wrap(bytes));
            assertThat(writer.verify()).isTrue();
            Digest sha256 = writer.commit();
            index.putBlob(sha256, bytes.length, Optional.empty(), Optional.empty());
            index.pins().pin("openai/gpt-x", "main", Set.of(sha256));
            return sha256;
        }
    }

    @Test
    void statsCountWhatTheFolderHolds() throws IOException {
        fill();
        assertThat(vault("cache", "stats", "--cache-dir", dir.toString(), "--json"))
                .isZero();
        assertThat(json().at("/blobs/count").asInt()).isEqualTo(1);
        assertThat(json().at("/blobs/bytes").asInt()).isEqualTo(BYTES.length);
        assertThat(json().at("/pinned").asInt()).isEqualTo(1);
        assertThat(json().at("/entries").asInt()).isZero();
        assertThat(json().has("newest_use")).isTrue();
        assertThat(vault("cache", "stats", "--cache-dir", dir.toString())).isZero();
        assertThat(out.toString()).contains("blobs       1, 7 bytes").contains("pinned      1 blobs");
        assertThat(out.toString()).contains("limit       (pass --config FILE to show it)");
        assertThat(out.toString()).containsPattern("newest use  \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stats", "verify", "verify --deep", "verify --repair", "evict --dry-run", "evict"})
    void aFolderThatIsNoCacheIsRefusedAndLeftUnchanged(String command) throws IOException {
        Path notes = Files.writeString(dir.resolve("notes.txt"), "mine");
        List<String> arguments = new ArrayList<>(List.of("cache"));
        arguments.addAll(List.of(command.split(" ", -1)));
        arguments.addAll(List.of("--cache-dir", dir.toString()));
        if (command.startsWith("evict")) {
            arguments.addAll(List.of("--config", config("max_size: 1 GiB")));
        }
        assertThat(vault(arguments.toArray(String[]::new))).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly(
                        "vault: " + dir + " is not the cache folder of a vault; pass the folder that cache.dir names.");
        try (Stream<Path> left = Files.list(dir)) {
            assertThat(left).containsExactly(notes);
        }
    }

    @Test
    void verifyFindsNoFaultInASoundFolder() throws IOException {
        fill();
        assertThat(vault("cache", "verify", "--cache-dir", dir.toString())).isZero();
        assertThat(out.toString()).contains("1 blobs of 7 bytes read, 0 damaged");
    }

    @Test
    void verifyFindsDamageAndTakesItOutOfServiceWhenAsked() throws IOException {
        Digest sha256 = fill();
        Files.writeString(new VaultLayout(dir).blob(sha256), "weighty");
        assertThat(vault("cache", "verify", "--cache-dir", dir.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("damaged  " + sha256).contains("--repair");
        assertThat(vault("cache", "verify", "--cache-dir", dir.toString(), "--json", "--repair"))
                .isEqualTo(1);
        assertThat(json().at("/damaged/0/sha256").asText()).isEqualTo(sha256.hex());
        assertThat(json().at("/repaired").asBoolean()).isTrue();
        assertThat(vault("cache", "verify", "--cache-dir", dir.toString(), "--deep"))
                .isZero();
        assertThat(out.toString()).contains("0 blobs of 0 bytes read, 0 damaged");
    }

    @Test
    void verifyDistinguishesUnreadableContentFromDamagedContent() throws IOException {
        Digest sha256 = fill();
        Path blobs = new VaultLayout(dir).blobs();
        Path aside = dir.resolve("aside");
        whileAVaultRuns(_ -> {
            // As where the disk under it is unmounted.
            Files.move(blobs, aside);
            assertThat(vault("cache", "verify", "--cache-dir", dir.toString())).isEqualTo(1);
            assertThat(out.toString()).contains("unreadable  " + sha256).contains("does not prove damage");
            assertThat(vault("cache", "verify", "--cache-dir", dir.toString(), "--json"))
                    .isEqualTo(1);
            assertThat(json().at("/unreadable/0/sha256").asText()).isEqualTo(sha256.hex());
            assertThat(json().at("/damaged").size()).isZero();
            Files.move(aside, blobs);
        });
        assertThat(vault("cache", "verify", "--cache-dir", dir.toString())).isZero();
    }

    /** The folder as a running vault holds it. */
    private interface Meanwhile {
        void run(SqliteEntryIndex index) throws IOException;
    }

    private void whileAVaultRuns(Meanwhile meanwhile) throws IOException {
        try (VaultLock _ = VaultLock.take(dir);
                SqliteEntryIndex index = SqliteEntryIndex.open(StoreSettings.of(dir, 1 << 30, 1 << 20, 8))) {
            meanwhile.run(index);
        }
    }

    @Test
    void statsCountBesideARunningVault() throws IOException {
        fill();
        whileAVaultRuns(_ -> {
            assertThat(vault("cache", "stats", "--cache-dir", dir.toString())).isZero();
            assertThat(out.toString()).contains("blobs       1, 7 bytes").contains("pinned      1");
        });
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void verifyFindsDamageBesideARunningVaultAndLeavesItThere() throws IOException {
        Digest sha256 = fill();
        whileAVaultRuns(_ -> {
            assertThat(vault("cache", "verify", "--cache-dir", dir.toString())).isZero();
            Files.writeString(new VaultLayout(dir).blob(sha256), "weighty");
            assertThat(vault("cache", "verify", "--cache-dir", dir.toString())).isEqualTo(1);
            assertThat(out.toString()).contains("damaged  " + sha256);
            assertThat(new VaultLayout(dir).blob(sha256)).hasContent("weighty");
        });
    }

    @Test
    void repairBesideARunningVaultIsRefusedInOneSentence() throws IOException {
        fill();
        whileAVaultRuns(_ -> assertThat(vault("cache", "verify", "--cache-dir", dir.toString(), "--repair"))
                .isEqualTo(2));
        assertThat(err.toString().lines())
                .containsExactly("vault: A vault is running on " + dir
                        + "; --repair can change the folder only while the vault is stopped."
                        + " A running vault does this by itself.");
    }

    private String config(String limits) throws IOException {
        Path file = Files.writeString(dir.resolveSibling(dir.getFileName() + ".yml"), """
                cache: {dir: "%s", min_free: 0, %s}
                backends: [{type: huggingface}]
                """.formatted(dir, limits));
        file.toFile().deleteOnExit();
        return file.toString();
    }

    @Test
    void aDryRunListsWhatWouldBeEvictedAndEvictsNothing() throws IOException {
        Digest sha256 = fill(LARGE);
        unpin();
        String config = config("max_size: 1 MiB");
        whileAVaultRuns(_ -> {
            assertThat(vault("cache", "evict", "--config", config, "--dry-run")).isZero();
            assertThat(out.toString()).contains(sha256 + "  2097152 bytes").contains("would be evicted: 1 blobs of 2");
            assertThat(vault("cache", "evict", "--config", config)).isEqualTo(2);
            assertThat(err.toString()).contains("A vault is running on");
        });
        assertThat(new VaultLayout(dir).blob(sha256)).exists();
        assertThat(vault("cache", "evict", "--config", config, "--json")).isZero();
        assertThat(json().at("/blobs/0/sha256").asText()).isEqualTo(sha256.hex());
        assertThat(json().at("/dry_run").asBoolean()).isFalse();
        assertThat(new VaultLayout(dir).blob(sha256)).doesNotExist();
        assertThat(vault("cache", "evict", "--config", config, "--dry-run")).isZero();
        assertThat(out.toString()).contains("would be evicted: 0 blobs of 0 bytes;");
    }

    private void unpin() throws IOException {
        try (SqliteEntryIndex index = SqliteEntryIndex.open(StoreSettings.of(dir, 1 << 30, 1 << 20, 8))) {
            index.pins().unpin("openai/gpt-x", "main");
        }
    }

    @Test
    void evictingKeepsWhatIsPinnedAndWhatIsWithinTheLimits() throws IOException {
        Digest sha256 = fill(LARGE);
        assertThat(vault("cache", "evict", "--config", config("max_size: 1 MiB")))
                .isZero();
        unpin();
        assertThat(vault("cache", "evict", "--config", config("max_size: 1 GiB")))
                .isZero();
        assertThat(new VaultLayout(dir).blob(sha256)).exists();
    }

    @Test
    void evictingNeedsAConfigurationForItsLimits() throws IOException {
        fill();
        assertThat(vault("cache", "evict", "--cache-dir", dir.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("Missing required option: '--config=FILE'");
    }

    @Test
    void aMissingFolderIsNotCreated() {
        Path missing = dir.resolve("missing");
        assertThat(vault("cache", "stats", "--cache-dir", missing.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("The cache folder does not exist: " + missing);
        assertThat(missing).doesNotExist();
    }

    @Test
    void oneOfTheTwoOptionsMustBeThere() {
        assertThat(vault("cache", "verify")).isEqualTo(2);
        assertThat(err.toString()).contains("--config FILE or --cache-dir DIR");
    }
}
