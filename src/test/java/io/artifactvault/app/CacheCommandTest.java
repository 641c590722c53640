package io.artifactvault.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.artifactvault.http.Digest;
import io.artifactvault.store.BlobWriter;
import io.artifactvault.store.FileBlobStore;
import io.artifactvault.store.SqliteEntryIndex;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.VaultLayout;
import io.artifactvault.store.VaultLock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheCommandTest {
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
        StoreSettings settings = StoreSettings.of(dir, 1 << 30, 1 << 20, 8);
        try (FileBlobStore blobs = FileBlobStore.open(settings);
                SqliteEntryIndex index = SqliteEntryIndex.open(settings);
                BlobWriter writer = blobs.create(OptionalLong.of(BYTES.length), Optional.empty())) {
            writer.write(0, ByteBuffer.wrap(BYTES));
            assertThat(writer.verify()).isTrue();
            Digest sha256 = writer.commit();
            index.putBlob(sha256, BYTES.length, Optional.empty(), Optional.empty());
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
        assertThat(out.toString()).contains("blobs       1, 7 bytes").contains("pinned      1");
    }

    @Test
    void verifyIsContentWithASoundFolder() throws IOException {
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
    void aFolderInUseIsSaidToBeAndExitCodeTwo() throws IOException {
        fill();
        try (VaultLock _ = VaultLock.take(dir)) {
            assertThat(vault("cache", "stats", "--cache-dir", dir.toString())).isEqualTo(2);
        }
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains("A vault is running on " + dir);
    }

    @Test
    void aMissingFolderIsNotMade() {
        Path missing = dir.resolve("missing");
        assertThat(vault("cache", "stats", "--cache-dir", missing.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("There is no cache folder " + missing);
        assertThat(missing).doesNotExist();
    }

    @Test
    void oneOfTheTwoOptionsMustBeThere() {
        assertThat(vault("cache", "verify")).isEqualTo(2);
        assertThat(err.toString()).contains("--config FILE or --cache-dir DIR");
    }
}
