package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.artifactvault.fixtures.Stage;
import io.artifactvault.fixtures.StoreSettingsBuilder;
import io.artifactvault.store.FaultyDisk;
import io.artifactvault.store.FaultyDisk.Step;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.Verify;
import io.artifactvault.store.blob.FileBlobStore;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.ScriptedOrigin;
import io.artifactvault.testhub.TestHub;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The head of a hit has left when the disk fails under its body: the rest comes from upstream, and nothing is removed. */
@Timeout(120)
class FailingHitTest {
    private static final int SIZE = 40_000_000;
    private static final String EIO = "Input/output error";

    @TempDir
    Path dir;

    private final FaultyDisk disk = new FaultyDisk();
    private final Content big = Content.generated(SIZE, 3);

    /** Content is opened without a look at it, as it is by a vault that has checked it before. */
    private FileBlobStore trusting(StoreSettings usual) throws IOException {
        StoreSettings settings =
                StoreSettingsBuilder.of(usual).verify(Verify.NEVER).build();
        return disk.store(settings, Clock.systemUTC(), Duration.ofMillis(50));
    }

    private Path stored() throws IOException {
        try (Stream<Path> files = Files.walk(dir.resolve("blobs"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toFile().length() > 0)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void write(long at) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(stored().toFile(), "rw")) {
            file.seek(at);
            file.write(new byte[100]);
        }
    }

    private void truncate(long length) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(stored().toFile(), "rw")) {
            file.setLength(length);
        }
    }

    @Nested
    class OfTheHub {
        private static final String BIG = "acme/sick/resolve/main/big.bin";

        private TestHub hub;
        private Stage<byte[]> stage;

        @BeforeEach
        void open() throws Exception {
            hub = TestHub.empty();
            hub.repo("models", "acme/sick").xet("big.bin", big).push();
            stage = Stage.ofHub(dir, hub.base())
                    .blobs(FailingHitTest.this::trusting)
                    .start();
            assertThat(stage.get(BIG).statusCode()).isEqualTo(200);
            stage.awaitQuiet();
            hub.reset();
        }

        @AfterEach
        void close() {
            stage.close();
            hub.close();
        }

        private String metrics() throws Exception {
            URI uri = URI.create("http://127.0.0.1:" + stage.vault().adminPort() + "/metrics");
            return stage.client()
                    .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .body();
        }

        /** A client that has taken little yet: most of the body is still in the vault. */
        private InputStream begun() throws Exception {
            HttpResponse<InputStream> answer =
                    stage.client().send(stage.request("GET", "/huggingface/" + BIG), BodyHandlers.ofInputStream());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body().readNBytes(1000)).isEqualTo(big.bytes(0, 1000));
            return answer.body();
        }

        private static byte[] rest(Content content) {
            return content.bytes(1000, SIZE - 1000);
        }

        @Test
        void unreadableContentIsServedFromUpstreamAndItsFileStays() throws Exception {
            stage.restart();
            disk.refuse(Step.READ, EIO);
            for (int i = 0; i < 2; i++) {
                assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
                assertThat(hub.originBodyBytes()).isGreaterThanOrEqualTo(SIZE);
                hub.reset();
            }
            assertThat(metrics()).containsPattern("vault_store_unreadable_total [1-9]");
            disk.heal();
            stage.restart();
            hub.stop();
            assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
        }

        @Test
        void aDiskThatFailsUnderEveryHitIsLoggedOnce() throws Exception {
            stage.restart();
            ListAppender<ILoggingEvent> lines = new ListAppender<>();
            Logger log = (Logger) LoggerFactory.getLogger("io.artifactvault");
            lines.start();
            log.addAppender(lines);
            try {
                disk.refuse(Step.READ, EIO);
                for (int i = 0; i < 3; i++) {
                    assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
                }
            } finally {
                log.detachAppender(lines);
            }
            assertThat(lines.list)
                    .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .singleElement(STRING)
                    .contains("Could not read stored content", EIO);
        }

        @Test
        void aRangeComesFromUpstreamToo() throws Exception {
            stage.restart();
            disk.refuse(Step.READ, EIO);
            HttpResponse<byte[]> part = stage.get(BIG, "Range", "bytes=20000000-29999999");
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body()).isEqualTo(big.bytes(20_000_000, 10_000_000));
            assertThat(hub.originBodyBytes()).isLessThan(SIZE / 2);
        }

        @Test
        void whileUpstreamIsDownTheResponseIsCutAndNeverWrong() throws Exception {
            stage.restart();
            disk.refuse(Step.READ, EIO);
            hub.stop();
            assertThatThrownBy(() -> stage.get(BIG)).isInstanceOf(IOException.class);
            disk.heal();
            stage.restart();
            assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
        }

        @Test
        void onlyTheRestOfATruncatedFileComesFromUpstream() throws Exception {
            InputStream body = begun();
            truncate(SIZE - 5_000_000);
            assertThat(body.readAllBytes()).isEqualTo(rest(big));
            stage.awaitQuiet();
            assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
        }

        @Test
        void aFileThatIsWrittenToInTheMiddleIsNotReadAnyFurther() throws Exception {
            InputStream body = begun();
            write(SIZE - 1_000_000);
            assertThat(body.readAllBytes()).isEqualTo(rest(big));
        }

        @Test
        void aFileThatWasWrittenToWhereItWasSentAlreadyIsNeverServedAsWhole() throws Exception {
            InputStream body = begun();
            write(0);
            assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
        }

        @Test
        void aFileThatLosesItsNameInTheMiddleIsSentToTheEnd() throws Exception {
            InputStream body = begun();
            Files.delete(stored());
            hub.stop();
            assertThat(body.readAllBytes()).isEqualTo(rest(big));
        }
    }

    @Nested
    @SuppressWarnings("NullAway.Init") // each test opens them
    class OfAnyOrigin {
        private ScriptedOrigin origin;
        private Stage<String> stage;

        private void open(String... validator) throws Exception {
            origin = ScriptedOrigin.open("127.0.0.1", (_, reply) -> {
                reply.field("Cache-Control", "max-age=600").asContent();
                if (validator.length > 0) {
                    reply.field(validator[0], validator[1]);
                }
                reply.serve(big);
            });
            stage = Stage.ofFiles(dir, origin.base())
                    .blobs(FailingHitTest.this::trusting)
                    .start();
            assertThat(stage.get("big").body()).hasSize(SIZE);
            stage.restart();
            origin.reset();
            disk.refuse(Step.READ, EIO);
        }

        @AfterEach
        void close() {
            stage.close();
            origin.close();
        }

        private static byte[] bytes(HttpResponse<String> answer) {
            return answer.body().getBytes(StandardCharsets.ISO_8859_1);
        }

        @ParameterizedTest
        @ValueSource(strings = {"ETag: \"v1\"", "ETag: W/\"v1\"", "X-None: 1"})
        void theWholeComesFromTheOriginWhateverItsValidator(String field) throws Exception {
            open(field.split(": ", 2));
            assertThat(bytes(stage.get("big"))).isEqualTo(big.bytes());
            assertThat(origin.contentBytesSent()).isGreaterThanOrEqualTo(SIZE);
            disk.heal();
            stage.restart();
            origin.stop();
            assertThat(bytes(stage.get("big"))).isEqualTo(big.bytes());
        }

        @Test
        void aRangeComesFromTheOriginWhereAStrongValidatorNamesTheContent() throws Exception {
            open("ETag", "\"v1\"");
            HttpResponse<String> part = stage.get("big", "Range", "bytes=20000000-29999999");
            assertThat(bytes(part)).isEqualTo(big.bytes(20_000_000, 10_000_000));
            assertThat(origin.requests())
                    .singleElement()
                    .satisfies(request -> assertThat(request.field("If-Range")).contains("\"v1\""));
        }

        @ParameterizedTest
        @ValueSource(strings = {"ETag: \"v1\"", "X-None: 1"})
        void anotherVersionOfTheOriginIsNotMixedIn(String field) throws Exception {
            open(field.split(": ", 2));
            Content other = Content.generated(SIZE, 4);
            origin.handler((_, reply) -> reply.field("ETag", "\"v2\"").serve(other));
            assertThatThrownBy(() -> stage.get("big")).isInstanceOf(IOException.class);
        }
    }
}
