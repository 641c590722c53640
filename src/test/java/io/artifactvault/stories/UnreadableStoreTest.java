package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.store.FaultyDisk;
import io.artifactvault.store.FaultyDisk.Step;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.ScriptedOrigin;
import io.artifactvault.testhub.TestHub;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Stored content that cannot be read for a while: clients are served past the store, or told to come again, and when it can be read
 * again all of it is still there.
 */
@Timeout(120)
class UnreadableStoreTest {
    private static final int SIZE = 3_000_000;

    @TempDir
    Path dir;

    private final FaultyDisk disk = new FaultyDisk();

    /** Every stored file and its length. */
    private Map<String, Long> stored() throws IOException {
        Map<String, Long> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(dir.resolve("blobs"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                found.put(file.getFileName().toString(), Files.size(file));
            }
        }
        return found;
    }

    @Nested
    class OfTheHub {
        private static final String BIG = "acme/sick/resolve/main/big.bin";
        private static final String SMALL = "acme/sick/resolve/main/small.json";
        private static final String TREE = "api/models/acme/sick/tree/main";

        private final Content big = Content.generated(SIZE, 3);
        private TestHub hub;
        private Stage<byte[]> stage;
        private Map<String, Long> before;

        @BeforeEach
        void open() throws Exception {
            hub = TestHub.empty();
            hub.repo("models", "acme/sick")
                    .xet("big.bin", big)
                    .file("small.json", "{\"small\":true}")
                    .push();
            stage = Stage.ofHub(dir, hub.base())
                    .blobs(settings -> disk.store(settings, Clock.systemUTC(), Duration.ofMillis(50)))
                    .start();
            for (String path : new String[] {BIG, SMALL, TREE}) {
                assertThat(stage.get(path).statusCode()).isEqualTo(200);
                stage.awaitQuiet();
            }
            before = stored();
            assertThat(before).hasSize(3);
            stage.restart();
        }

        @AfterEach
        void close() {
            stage.close();
            hub.close();
        }

        private void assertAllAreHitsAgain() throws Exception {
            disk.heal();
            stage.restart();
            hub.stop();
            assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
            assertThat(stage.get(SMALL).body()).asString().isEqualTo("{\"small\":true}");
            assertThat(stage.get(TREE).statusCode()).isEqualTo(200);
            assertThat(stored()).isEqualTo(before);
        }

        @ParameterizedTest
        @CsvSource({
            "OPEN,Too many open files",
            "OPEN,Too many open files in system",
            "OPEN,Input/output error",
            "OPEN,Permission denied",
            "STAT,Input/output error",
            "STAT,Permission denied",
            "READ,Input/output error",
            "READ,Cannot allocate memory"
        })
        void clientsAreServedFromUpstreamAndNothingIsRemoved(Step step, String why) throws Exception {
            disk.refuse(step, why);
            for (int i = 0; i < 3; i++) {
                assertThat(stage.get(BIG).body()).isEqualTo(big.bytes());
                assertThat(stage.get(SMALL).body()).asString().isEqualTo("{\"small\":true}");
                assertThat(stage.get(TREE).statusCode()).isEqualTo(200);
            }
            stage.awaitQuiet();
            assertAllAreHitsAgain();
        }

        @ParameterizedTest
        @CsvSource({"OPEN,Too many open files", "STAT,Input/output error", "READ,Input/output error"})
        void whileUpstreamIsDownTooClientsAreToldToRetry(Step step, String why) throws Exception {
            disk.refuse(step, why);
            hub.stop();
            HttpResponse<byte[]> answer = stage.get(SMALL);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("retry-after")).isPresent();
            assertThat(answer.body()).asString().contains("cannot be read now", "Nothing was lost");
            assertThat(stage.get(TREE).statusCode()).isEqualTo(503);
            stage.awaitQuiet();
            assertAllAreHitsAgain();
        }

        @Test
        void aRangeRequestGetsTheWhole() throws Exception {
            disk.refuse(Step.OPEN, "Too many open files");
            HttpResponse<byte[]> part = stage.get(BIG, "Range", "bytes=1000000-1000999");
            assertThat(part.statusCode()).isEqualTo(200);
            assertThat(part.body()).isEqualTo(big.bytes());
            assertAllAreHitsAgain();
        }
    }

    @Nested
    class OfAnyOrigin {
        private final Content big = Content.generated(SIZE, 4);
        private ScriptedOrigin origin;
        private Stage<String> stage;
        private Map<String, Long> before;

        @BeforeEach
        void open() throws Exception {
            origin = ScriptedOrigin.open("127.0.0.1", (request, reply) -> {
                reply.field("Cache-Control", "max-age=600");
                if (request.target().contains("big")) {
                    reply.field("ETag", "\"v1\"").serve(big);
                } else {
                    reply.answer("small");
                }
            });
            stage = Stage.ofFiles(dir, origin.base())
                    .blobs(settings -> disk.store(settings, Clock.systemUTC(), Duration.ofMillis(50)))
                    .start();
            stage.get("big");
            stage.get("small");
            before = stored();
            assertThat(before).hasSize(2);
            stage.restart();
            origin.reset();
        }

        @AfterEach
        void close() {
            stage.close();
            origin.close();
        }

        @ParameterizedTest
        @CsvSource({"OPEN,Too many open files", "STAT,Permission denied", "READ,Input/output error"})
        void clientsAreServedFromUpstreamAndNothingIsRemoved(Step step, String why) throws Exception {
            disk.refuse(step, why);
            for (int i = 0; i < 3; i++) {
                assertThat(stage.get("small").body()).isEqualTo("small");
                assertThat(stage.get("big").body()).hasSize(SIZE);
            }
            disk.heal();
            stage.restart();
            origin.reset();
            assertThat(stage.get("small").body()).isEqualTo("small");
            assertThat(stage.get("big").body()).hasSize(SIZE);
            assertThat(origin.requests()).isEmpty();
            assertThat(stored()).isEqualTo(before);
        }

        @Test
        void whileUpstreamIsDownTooClientsAreToldToRetry() throws Exception {
            disk.refuse(Step.OPEN, "Too many open files");
            origin.stop();
            HttpResponse<String> answer = stage.get("small");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("retry-after")).isPresent();
            disk.heal();
            stage.restart();
            assertThat(stage.get("small").body()).isEqualTo("small");
            assertThat(stored()).isEqualTo(before);
        }
    }
}
