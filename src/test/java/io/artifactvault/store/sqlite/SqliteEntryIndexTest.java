package io.artifactvault.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.store.Peek;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.StoredContent;
import io.artifactvault.store.blob.BlobStore;
import io.artifactvault.store.blob.FileBlobStore;
import io.artifactvault.store.blob.FileBlobStoreTest;
import io.artifactvault.store.disk.VaultRefusedException;
import io.artifactvault.store.index.Checksums;
import io.artifactvault.store.index.EntryIndex;
import io.artifactvault.store.index.EntryIndexContract;
import io.artifactvault.store.index.PointerValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SqliteEntryIndexTest extends EntryIndexContract {
    @Override
    public EntryIndex open(Path dir) throws IOException {
        return SqliteEntryIndex.open(StoredContent.settings(dir));
    }

    private Path file() {
        return dir.resolve("index.sqlite");
    }

    private void reopen() throws IOException {
        index.close();
        index = open(dir);
    }

    private void fillAll() {
        index.put(ENTRY);
        index.putPointer("main", new PointerValue("aaaa", NOON));
        index.putBlob(SHA256, 7, Optional.of(GIT_SHA1), Optional.empty());
        index.markPublic("openai/gpt-x", NOON);
    }

    private void assertAllFound() {
        assertThat(index.load(ENTRY.key())).hasValue(ENTRY);
        assertThat(index.loadPointer("main")).hasValue(new PointerValue("aaaa", NOON));
        assertThat(index.loadBlob(GIT_SHA1)).hasValue(SHA256);
        assertThat(index.loadBlob(SHA256)).hasValue(SHA256);
        assertThat(index.loadPublic("openai/gpt-x")).hasValue(NOON);
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file());
    }

    private void sql(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String one : statements) {
                statement.executeUpdate(one);
            }
        }
    }

    private String query(String select) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(select)) {
            return result.next() ? result.getString(1) : "";
        }
    }

    @Test
    void memoryHoldsEveryEntryThatWasPutOrLoaded() {
        fillAll();
        assertThat(index.peek(ENTRY.key())).isEqualTo(new Peek.Found<>(ENTRY));
        assertThat(index.peekPointer("main")).isEqualTo(new Peek.Found<>(new PointerValue("aaaa", NOON)));
        assertThat(index.peekBlob(GIT_SHA1)).isEqualTo(new Peek.Found<>(SHA256));
        assertThat(index.peekPublic("openai/gpt-x")).isEqualTo(new Peek.Found<>(NOON));
        assertThat(index.peek("other")).isEqualTo(new Peek.Unknown<>());
        assertThat(index.load("other")).isEmpty();
        assertThat(index.peek("other")).isEqualTo(new Peek.Absent<>());
    }

    @Test
    void everythingIsThereAfterAReopening() throws IOException {
        fillAll();
        reopen();
        assertThat(index.peek(ENTRY.key())).isEqualTo(new Peek.Unknown<>());
        assertAllFound();
        assertThat(index.peek(ENTRY.key())).isEqualTo(new Peek.Found<>(ENTRY));
    }

    @Test
    void whatWasFlushedIsThereThoughTheProcessDied() throws IOException {
        fillAll();
        index.flush();
        Path copy = Files.createDirectory(dir.resolve("copy"));
        for (String name : new String[] {"index.sqlite", "index.sqlite-wal"}) {
            Files.copy(dir.resolve(name), copy.resolve(name));
        }
        reopenAt(copy);
        assertAllFound();
    }

    private void reopenAt(Path other) throws IOException {
        index.close();
        dir = other;
        index = open(other);
    }

    @Test
    void thePointerOnDiskOutranksAnEarlierOne() throws IOException {
        index.putPointer("main", new PointerValue("bbbb", NOON.plusSeconds(1)));
        reopen();
        index.putPointer("main", new PointerValue("aaaa", NOON));
        index.flush();
        assertThat(index.loadPointer("main")).hasValue(new PointerValue("bbbb", NOON.plusSeconds(1)));
    }

    @Test
    void aPointerPutAfterARemovalOutranksTheRowThatTheRemovalHasNotReachedYet() throws SQLException {
        index.putPointer("main", new PointerValue("bbbb", NOON.plusSeconds(9)));
        index.flush();
        PointerValue anew = new PointerValue("aaaa", NOON);
        try (Connection busy = connect();
                Statement statement = busy.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            index.removePointers("main", NOON);
            index.putPointer("main", anew);
            statement.execute("ROLLBACK");
        }
        index.flush();
        assertThat(query("SELECT value FROM pointer")).isEqualTo("aaaa");
        assertThat(index.loadPointer("main")).hasValue(anew);
    }

    @Test
    void anOperatorCanReadIt() throws SQLException {
        fillAll();
        index.flush();
        assertThat(query("SELECT fields FROM entry")).isEqualTo("""
                        ETag: "abc"
                        Content-Type: text/plain; charset=utf-8
                        X-Note: a: b
                        X-Empty:\s
                        """);
        assertThat(query("SELECT datetime(checked_at / 1000000000, 'unixepoch') FROM entry"))
                .isEqualTo("2026-11-23 12:00:01");
        assertThat(query("PRAGMA journal_mode")).isEqualTo("wal");
    }

    @Test
    void theFilesAreForTheOwnerOnly() throws IOException {
        fillAll();
        index.flush();
        for (String name : new String[] {"index.sqlite", "index.sqlite-wal", "index.sqlite-shm"}) {
            assertThat(FileBlobStoreTest.mode(dir.resolve(name))).as(name).isEqualTo("rw-------");
        }
    }

    @Test
    void noPutWaitsForTheDiskOrIsLost() throws IOException, SQLException {
        index.close();
        index = SqliteEntryIndex.open(StoreSettings.of(dir, 1L << 40, 0, 0));
        try (Connection busy = connect();
                Statement statement = busy.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            for (int i = 0; i < 1_000; i++) {
                index.put(entry(i));
            }
            for (int i = 0; i < 1_000; i++) {
                assertThat(index.peek("key-" + i)).isEqualTo(new Peek.Found<>(entry(i)));
            }
            statement.execute("ROLLBACK");
        }
        index.flush();
        reopen();
        for (int i = 0; i < 1_000; i++) {
            assertThat(index.load("key-" + i)).hasValue(entry(i));
        }
    }

    @Test
    void aBlobThatTheIndexLostIsFoundByItsFile() throws IOException {
        try (BlobStore blobs = FileBlobStore.open(StoredContent.settings(dir))) {
            StoredContent.keep(blobs, StoredContent.BYTES);
            assertThat(index.loadBlob(StoredContent.SHA256)).hasValue(StoredContent.SHA256);
            assertThat(index.peekBlob(StoredContent.SHA256)).isEqualTo(new Peek.Found<>(StoredContent.SHA256));
            blobs.delete(StoredContent.SHA256);
            index.removeBlob(StoredContent.SHA256);
            assertThat(index.loadBlob(StoredContent.SHA256)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"junk", "SQLite format 3\0 but no more"})
    void junkIsPutAsideForAFreshIndex(String junk) throws IOException {
        index.close();
        Files.writeString(file(), junk);
        index = open(dir);
        assertThat(index.load(ENTRY.key())).isEmpty();
        fillAll();
        reopen();
        assertAllFound();
        assertQuarantined(junk);
    }

    private void assertQuarantined(String junk) {
        assertThat(dir.resolve("quarantine"))
                .isDirectoryContaining(place -> place.toString().endsWith("-index.sqlite") && holds(place, junk));
    }

    private static boolean holds(Path place, String text) {
        try {
            return new String(Files.readAllBytes(place), StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aFolderInItsPlaceIsPutAside() throws IOException {
        index.close();
        Files.delete(file());
        Files.createDirectory(file());
        index = open(dir);
        fillAll();
        reopen();
        assertAllFound();
    }

    @Test
    void aDatabaseWithoutItsTablesIsPutAside() throws IOException, SQLException {
        sql("DROP TABLE entry");
        reopen();
        fillAll();
        reopen();
        assertAllFound();
    }

    @Test
    void anEmptyFileIsAFreshIndex() throws IOException {
        index.close();
        Files.write(file(), new byte[0]);
        index = open(dir);
        fillAll();
        assertAllFound();
        assertThat(dir.resolve("quarantine")).isEmptyDirectory();
    }

    @Test
    void aTruncatedDatabaseIsReplacedAtTheFirstLook() throws IOException {
        index.put(ENTRY);
        index.close();
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.truncate(4096);
        }
        index = open(dir);
        assertHeals();
    }

    @Test
    void aDatabaseFullOfZeroesIsReplacedAtTheFirstLook() throws IOException {
        index.put(ENTRY);
        index.close();
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate((int) channel.size() - 4096), 4096);
        }
        index = open(dir);
        assertHeals();
    }

    private void assertHeals() throws IOException {
        assertThat(index.load(ENTRY.key())).isEmpty();
        index.flush();
        fillAll();
        index.flush();
        assertAllFound();
        reopen();
        assertAllFound();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE entry SET blob = replace(blob, '0', '1')",
                "UPDATE entry SET status = 500",
                "UPDATE entry SET fields = 'junk' || fields",
                "UPDATE entry SET sum = 0"
            })
    void aDamagedRowIsForgotten(String damage) throws IOException, SQLException {
        fillAll();
        index.close();
        sql(damage);
        index = open(dir);
        assertThat(index.load(ENTRY.key())).isEmpty();
        assertThat(index.loadPointer("main")).isPresent();
        index.flush();
        assertThat(query("SELECT count(*) FROM entry")).isEqualTo("0");
    }

    @Test
    void checksumsAreThereAfterAReopening() throws IOException {
        int[] sums = new Random(1).ints(100_000).toArray();
        index.putBlob(SHA256, 7, Optional.empty(), Optional.of(new Checksums(sums)));
        reopen();
        assertThat(index.loadChecksums(SHA256).orElseThrow().crc32c()).containsExactly(sums);
        assertThat(index.loadLength(SHA256)).hasValue(7L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x'01020304'", "x'010203'", "x''", "'text'"})
    void damagedChecksumsAreForgotten(String damage) throws IOException, SQLException {
        index.putBlob(SHA256, 7, Optional.empty(), Optional.of(new Checksums(new int[] {1, 2})));
        index.close();
        sql("UPDATE checksum SET crc32c = " + damage);
        index = open(dir);
        assertThat(index.loadChecksums(SHA256)).isEmpty();
        assertThat(index.loadLength(SHA256)).hasValue(7L);
    }

    @Test
    void anIndexOfTheFirstFormatIsBroughtUpInPlace() throws IOException, SQLException {
        fillAll();
        index.close();
        byte[] entries = Files.readAllBytes(asFirstFormat());
        assertThat(entries).isNotEmpty();
        index = open(dir);
        assertAllFound();
        index.putBlob(SHA256, 7, Optional.empty(), Optional.of(new Checksums(new int[] {5})));
        reopen();
        assertAllFound();
        assertThat(index.loadChecksums(SHA256).orElseThrow().crc32c()).containsExactly(5);
        assertThat(query("PRAGMA user_version")).isEqualTo(String.valueOf(Schema.FORMAT));
        assertThat(dir.resolve("quarantine")).isEmptyDirectory();
    }

    /** The same rows in a file that has nothing of a later format. */
    private Path asFirstFormat() throws IOException, SQLException {
        Path old = dir.resolve("old.sqlite");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + old);
                Statement statement = connection.createStatement()) {
            for (String create : SchemaSql.FORMAT_1) {
                statement.executeUpdate(create);
            }
            statement.executeUpdate("ATTACH '" + file() + "' AS today");
            for (String table : new String[] {"entry", "pointer", "public_scope"}) {
                statement.executeUpdate("ALTER TABLE today." + table + " DROP COLUMN used");
            }
            for (String table : new String[] {"entry", "pointer", "blob", "alias", "public_scope"}) {
                statement.executeUpdate("INSERT INTO main." + table + " SELECT * FROM today." + table);
            }
            statement.executeUpdate("PRAGMA main.user_version = 1");
        }
        return Files.move(old, file(), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void aNewerFormatIsRefusedAndNothingIsChanged() throws IOException, SQLException {
        fillAll();
        index.close();
        sql("PRAGMA user_version = 7");
        Path left = Files.createFile(dir.resolve("partial/0123.part"));
        byte[] before = Files.readAllBytes(file());
        String[] namesBefore = dir.toFile().list();
        assertThatThrownBy(() -> open(dir))
                .isInstanceOf(VaultRefusedException.class)
                .hasMessageContaining(file().toString())
                .hasMessageContaining("format 7")
                .hasMessageContaining("Nothing was changed");
        assertThatThrownBy(() -> FileBlobStore.open(StoredContent.settings(dir)))
                .isInstanceOf(VaultRefusedException.class);
        assertThat(file()).hasBinaryContent(before);
        assertThat(left).exists();
        assertThat(dir.toFile().list()).containsExactlyInAnyOrder(namesBefore);
    }

    @Test
    void theScopesThatWereSeenOpenLongestAgoAreForgottenFirst() throws Exception {
        for (int i = 0; i < 10; i++) {
            index.markPublic("scope\nc" + i, NOON.plusSeconds(i));
        }
        index.close();
        try (Connection connection = connect();
                var trim = connection.prepareStatement(Tables.TRIM_PUBLIC_SCOPES)) {
            trim.setInt(1, 4);
            assertThat(trim.executeUpdate()).isEqualTo(6);
        }
        index = open(dir);
        assertThat(index.loadPublic("scope\nc5")).isEmpty();
        assertThat(index.loadPublic("scope\nc6")).hasValue(NOON.plusSeconds(6));
        assertThat(index.loadPublic("scope\nc9")).hasValue(NOON.plusSeconds(9));
    }

    @Test
    void aTrimGoesOutWithTheOtherChanges() {
        for (int i = 0; i <= 10_000; i++) {
            index.markPublic("scope\nc" + i % 10, NOON.plusSeconds(i));
        }
        index.flush();
        assertThat(index.loadPublic("scope\nc0")).hasValue(NOON.plusSeconds(10_000));
    }
}
