package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.http.Digest;
import io.artifactvault.store.Verify;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.TestHub;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What rots on the disk is never served as whole, and heals by fetching only what is bad. */
class BitRotTest {
    private static final int SIZE = 10_000_000;
    private static final String BIG = "acme/rot/resolve/main/big.bin";
    private static final String OTHER = "acme/rot/resolve/main/other.bin";
    private static final String SMALL = "acme/rot/resolve/main/small.json";

    /** Something that happens to a file while nobody looks. */
    interface Harm {
        void befall(Path blob, Path other) throws IOException;
    }

    @SuppressWarnings("ImmutableEnumChecker")
    enum Rot implements Harm {
        FLIP((blob, _) -> {
            try (RandomAccessFile file = new RandomAccessFile(blob.toFile(), "rw")) {
                file.seek(SIZE / 2);
                int value = file.read();
                file.seek(SIZE / 2);
                file.write(value ^ 1);
            }
        }),
        ZEROED_BLOCK((blob, _) -> {
            try (RandomAccessFile file = new RandomAccessFile(blob.toFile(), "rw")) {
                file.seek(4096);
                file.write(new byte[4096]);
            }
        }),
        LAST_BYTE((blob, _) -> {
            try (RandomAccessFile file = new RandomAccessFile(blob.toFile(), "rw")) {
                file.seek(file.length() - 1);
                int value = file.read();
                file.seek(file.length() - 1);
                file.write(value ^ 0x80);
            }
        }),
        TRUNCATED((blob, _) -> {
            try (RandomAccessFile file = new RandomAccessFile(blob.toFile(), "rw")) {
                file.setLength(SIZE / 3);
            }
        }),
        EMPTIED((blob, _) -> Files.write(blob, new byte[0])),
        GROWN((blob, _) -> {
            try (RandomAccessFile file = new RandomAccessFile(blob.toFile(), "rw")) {
                file.seek(file.length());
                file.write(new byte[777]);
            }
        }),
        JUNK((blob, _) -> Files.write(blob, new byte[SIZE])),
        SWAPPED((blob, other) -> {
            Path aside = blob.resolveSibling("aside");
            Files.move(blob, aside);
            Files.move(other, blob);
            Files.move(aside, other);
        }),
        DELETED((blob, _) -> Files.delete(blob)),
        A_FOLDER((blob, _) -> {
            Files.delete(blob);
            Files.createDirectory(blob);
        }),
        A_LINK((blob, other) -> {
            Files.delete(blob);
            Files.createSymbolicLink(blob, other);
        }),
        UNREADABLE((blob, _) -> Files.setPosixFilePermissions(blob, Set.of()));

        private final Harm harm;

        Rot(Harm harm) {
            this.harm = harm;
        }

        @Override
        public void befall(Path blob, Path other) throws IOException {
            harm.befall(blob, other);
        }
    }

    @TempDir
    Path dir;

    private final Content big = Content.generated(SIZE, 1);
    private final Content other = Content.generated(SIZE, 2);
    private TestHub hub;
    private Stage<byte[]> stage;

    @BeforeEach
    void open() throws Exception {
        hub = TestHub.empty();
        hub.repo("models", "acme/rot")
                .xet("big.bin", big)
                .xet("other.bin", other)
                .file("small.json", "{\"small\":true}")
                .push();
        stage = Stage.ofHub(dir, hub.base()).start();
        for (String target : new String[] {BIG, OTHER, SMALL}) {
            assertThat(stage.get(target).statusCode()).isEqualTo(200);
        }
        stage.awaitQuiet();
    }

    @AfterEach
    void close() {
        stage.close();
        hub.close();
    }

    private Path blob(Content content) {
        return new VaultLayout(dir).blob(Digest.sha256(content.sha256()));
    }

    @ParameterizedTest
    @EnumSource
    void damageIsHealedByTheNextRequestAfterARestart(Rot rot) throws Exception {
        stage.close();
        rot.befall(blob(big), blob(other));
        hub.reset();
        stage.start();
        HttpResponse<byte[]> healed = stage.get(BIG);
        assertThat(healed.statusCode()).isEqualTo(200);
        assertThat(healed.body()).isEqualTo(big.bytes());
        assertThat(stage.get(OTHER).body()).isEqualTo(other.bytes());
        hub.reset();
        assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
        assertThat(hub.originBodyBytes()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void damageInPlaceIsFoundByTheNextHitOfARunningVault(Rot rot) throws Exception {
        rot.befall(blob(big), blob(other));
        assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
        assertThat(stage.get(OTHER).body()).isEqualTo(other.bytes());
        stage.awaitQuiet();
        hub.reset();
        assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
        assertThat(hub.originBodyBytes()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void damageInPlaceIsFoundAlsoWhereStoredContentIsTrustedAtTheStart(Rot rot) throws Exception {
        stage.close();
        stage.verify(Verify.NEVER).start();
        assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
        assertThat(stage.get(OTHER).body()).isEqualTo(other.bytes());
        rot.befall(blob(big), blob(other));
        assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
        assertThat(stage.get(OTHER).body()).isEqualTo(other.bytes());
    }

    @Test
    void aChangeThatRestoresTheModificationTimeIsFoundToo() throws Exception {
        FileTime time = Files.getLastModifiedTime(blob(big));
        Rot.FLIP.befall(blob(big), blob(other));
        Files.setLastModifiedTime(blob(big), time);
        assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
    }

    @Test
    void aRangeOfAFileThatWasChangedInPlaceIsRight() throws Exception {
        Rot.JUNK.befall(blob(big), blob(other));
        HttpResponse<byte[]> part = stage.get(BIG, "Range", "bytes=5000000-5000999");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(big.bytes(5_000_000, 1000));
    }

    @Test
    void aFileWhoseAttributesChangedIsReadAgainAndNotFetched() throws Exception {
        Files.setPosixFilePermissions(blob(big), PosixFilePermissions.fromString("rw-r-----"));
        hub.reset();
        assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
        stage.awaitQuiet();
        assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
        assertThat(hub.originBodyBytes()).isZero();
    }

    @Test
    void contentThatComesAgainTakesThePlaceOfAFileThatWasChanged() throws Exception {
        Rot.FLIP.befall(blob(big), blob(other));
        hub.repo("models", "acme/again").xet("same.bin", big).push();
        assertThat(stage.get("acme/again/resolve/main/same.bin").body()).isEqualTo(big.bytes());
        stage.awaitQuiet();
        assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
        assertThat(blob(big)).hasBinaryContent(big.bytes());
    }

    static Stream<Rot> local() {
        return Stream.of(Rot.FLIP, Rot.ZEROED_BLOCK, Rot.LAST_BYTE, Rot.GROWN);
    }

    @ParameterizedTest
    @MethodSource("local")
    void onlyTheBadBlockIsFetchedAgain(Rot rot) throws Exception {
        stage.close();
        rot.befall(blob(big), blob(other));
        hub.reset();
        stage.start();
        assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
        assertThat(hub.originBodyBytes()).isLessThanOrEqualTo(1 << 20);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE entry SET blob = (SELECT max(blob) FROM entry)",
                "UPDATE entry SET blob = (SELECT min(blob) FROM entry), length = length - 1",
                "UPDATE blob SET length = length - 1",
                "UPDATE checksum SET crc32c = zeroblob(length(crc32c))",
                "DELETE FROM blob",
                "DELETE FROM entry"
            })
    void aJunkRowInTheIndexNeverLeadsToOtherBytes(String junk) throws Exception {
        stage.close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + new VaultLayout(dir).index());
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(junk)).isPositive();
        }
        hub.reset();
        stage.start();
        assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
        assertThat(stage.get(OTHER).body()).isEqualTo(other.bytes());
        assertThat(stage.get(SMALL).body()).asString().isEqualTo("{\"small\":true}");
        assertThat(hub.originBodyBytes())
                .as("the content itself is still there")
                .isLessThan(SIZE);
    }

    @Test
    void aRangeThatLiesInGoodBlocksNeedsNoUpstream() throws Exception {
        stage.close();
        Rot.ZEROED_BLOCK.befall(blob(big), blob(other));
        stage.start();
        hub.stop();
        HttpResponse<byte[]> part = stage.get(BIG, "Range", "bytes=5000000-5000999");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(big.bytes(5_000_000, 1000));
    }

    @Test
    void aSmallFileThatRottedIsFetchedAgain() throws Exception {
        String hex;
        try (Stream<Path> files = Files.walk(dir.resolve("blobs"))) {
            Path small = files.filter(f -> Files.isRegularFile(f) && f.toFile().length() == 14)
                    .findFirst()
                    .orElseThrow();
            hex = small.getFileName().toString();
        }
        stage.close();
        Files.writeString(new VaultLayout(dir).blob(Digest.sha256(hex)), "{\"small\":fals}");
        stage.start();
        assertThat(stage.get(SMALL).body()).asString().isEqualTo("{\"small\":true}");
    }

    @Test
    void withVerifyAlwaysDamageIsFoundWhileRunning() throws Exception {
        stage.close();
        stage.verify(Verify.ALWAYS).start();
        assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
        Rot.FLIP.befall(blob(big), blob(other));
        assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
    }
}
