package io.artifactvault.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.store.StoredContent;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.PointerValue;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A folder of format 2 is brought to the keys of format 3: once, with its files, and without its lists. */
class FormerKeysTest {
    private static final String COMMIT = "607a30d783dfa663caf39e06633721c8d4cfcd7e";
    private static final Digest SHA256 = Digest.sha256("ab".repeat(32));
    private static final Instant THEN = Instant.parse("2026-11-01T00:00:00Z");

    @TempDir
    Path dir;

    @ParameterizedTest
    @CsvSource(textBlock = """
            hf resolve acme/tiny@COMMIT a/b%20c,        2:hf 7:resolve 6:models 9:acme/tiny 40:COMMIT 7:a/b%20c
            hf resolve gpt2@COMMIT x,                   2:hf 7:resolve 6:models 4:gpt2 40:COMMIT 1:x
            hf resolve datasets/a/b@COMMIT x,           2:hf 7:resolve 8:datasets 3:a/b 40:COMMIT 1:x
            hf raw spaces/a/b@COMMIT x,                 2:hf 3:raw 6:spaces 3:a/b 40:COMMIT 1:x
            hf resolve a/b@c@COMMIT x,                  2:hf 7:resolve 6:models 5:a/b@c 40:COMMIT 1:x
            hf layer a/b sha256:12,                     2:hf 5:layer 6:models 3:a/b 9:sha256:12
            hf lfs datasets/a/b 12,                     2:hf 3:lfs 8:datasets 3:a/b 2:12
            f http http://o:81/a?b 0123 4567,           32:1:f 4:http 11:http://o:81 4:/a?b 4:0123 4:4567
            hf api models a/b tree/COMMIT?recursive=true,
            hf api models a/b paths-info/COMMIT 12 expanded,
            hf list models?search=x,
            hf manifest a/b latest OLLAMA,
            hf resolve a/b@main x,
            something else of another form,             something else of another form
            """)
    void anEntryIsFoundUnderItsNewKeyOrDropped(String former, String now) {
        assertThat(FormerKeys.entry(former.replace("COMMIT", COMMIT)))
                .isEqualTo(Optional.ofNullable(now).map(key -> key.replace("COMMIT", COMMIT)));
    }

    @Test
    void filesHeadsNamesAndOpenRepositoriesSurviveTheStepAndListsDoNot() throws Exception {
        former();
        try (Connection connection = connection()) {
            insert(connection, Tables.ENTRY, file("hf resolve a/b@" + COMMIT + " x", Optional.of(SHA256)));
            insert(connection, Tables.ENTRY, file("hf resolve a/b@" + COMMIT + " head", Optional.empty()));
            insert(
                    connection,
                    Tables.ENTRY,
                    file("hf api models a/b tree/" + COMMIT + "?recursive=true", Optional.of(SHA256)));
            insert(connection, Tables.ENTRY, file("f http http://o/x 0a 0b", Optional.of(SHA256)));
            insert(connection, Tables.POINTER, "hf revision a/b@main", new PointerValue(COMMIT, THEN));
            insert(connection, Tables.POINTER, "variants f http http://o/x", new PointerValue("0a\nvary accept", THEN));
            insert(connection, Tables.PUBLIC_SCOPE, "hf files a/b", THEN);
            insert(connection, Tables.ENTRY, file("hf resolve a/b@" + COMMIT + " damaged", Optional.empty()));
            execute(connection, "UPDATE entry SET sum = sum + 1 WHERE key LIKE '% damaged'");
            execute(connection, "PRAGMA user_version = 2");
        }

        for (int start = 0; start < 2; start++) {
            try (SqliteEntryIndex index = SqliteEntryIndex.open(StoredContent.settings(dir))) {
                String name = KeyBuilder.key("hf", "resolve", "models", "a/b", COMMIT, "x");
                Entry kept = index.load(name).orElseThrow();
                assertThat(kept.withBlob(SHA256, 7)).isEqualTo(file(name, Optional.of(SHA256)));
                assertThat(index.load(KeyBuilder.key("hf", "resolve", "models", "a/b", COMMIT, "head")))
                        .isPresent();
                String primary = KeyBuilder.key("f", "http", "http://o", "/x");
                assertThat(index.load(KeyBuilder.key(primary, "0a", "0b"))).isPresent();
                assertThat(index.loadPointer(KeyBuilder.key("variants", primary))
                                .map(PointerValue::value))
                        .contains("0a\nvary accept\nformer f http http://o/x");
                assertThat(index.loadPointer(KeyBuilder.key("hf", "revision", "models", "a/b", "main")))
                        .contains(new PointerValue(COMMIT, THEN));
                assertThat(index.loadPublic(KeyBuilder.key("hf", "files", "models", "a/b")))
                        .contains(THEN);
            }
        }
        assertThat(number("SELECT count(*) FROM entry"))
                .as("neither the list nor the damaged row")
                .isEqualTo(3);
        assertThat(number("PRAGMA user_version")).isEqualTo(Schema.FORMAT);
    }

    @Test
    void aStepThatFailsLeavesTheFolderAsItWas() throws Exception {
        former();
        try (Connection connection = connection()) {
            insert(connection, Tables.ENTRY, file("hf resolve a/b@" + COMMIT + " x", Optional.of(SHA256)));
            execute(connection, "CREATE TABLE former_public_scope(x)");
            execute(connection, "PRAGMA user_version = 2");
        }
        try (Connection connection = connection()) {
            assertThatThrownBy(() -> Schema.bring(connection, dir.resolve("index.sqlite")))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(number("PRAGMA user_version")).isEqualTo(2);
        assertThat(number("SELECT count(*) FROM entry WHERE key LIKE 'hf resolve%'"))
                .isEqualTo(1);
    }

    /** An empty index as the version before the step made it. */
    private void former() throws SQLException {
        try (Connection connection = connection()) {
            for (String statement : SchemaSql.FORMAT_1) {
                execute(connection, statement);
            }
            for (String statement : SchemaSql.FORMAT_2) {
                execute(connection, statement);
            }
        }
    }

    private static String insertSql(Table<?> table) {
        return "INSERT INTO " + table.name() + " VALUES ("
                + String.join(", ", Collections.nCopies(table.width() + 2, "?")) + ")";
    }

    private static Entry file(String key, Optional<Digest> blob) {
        return new Entry(
                key,
                200,
                Fields.of("Content-Type", "text/plain", "X-Repo-Commit", COMMIT),
                OptionalLong.of(7),
                Optional.of(Digest.gitBlobSha1("ce013625030ba8dba906f756967f9e9ca394464a")),
                blob,
                THEN,
                THEN);
    }

    private Connection connection() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("index.sqlite"));
    }

    private static void insert(Connection connection, Table<Entry> table, Entry entry) throws SQLException {
        insert(connection, table, entry.key(), entry);
    }

    private static <V> void insert(Connection connection, Table<V> table, String key, V value) throws SQLException {
        Row row = table.row(value);
        try (PreparedStatement upsert = connection.prepareStatement(insertSql(table))) {
            upsert.setString(1, key);
            for (int i = 0; i < row.size(); i++) {
                upsert.setString(i + 2, row.column(i));
            }
            upsert.setLong(row.size() + 2, row.sum(key));
            upsert.executeUpdate();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException, IOException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? result.getLong(1) : -1;
        }
    }
}
