package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cache folder, or a part of it, is removed under a running vault. */
@Timeout(120)
class EmptiedFolderTest {
    @TempDir
    Path dir;

    private Path folder;
    private ScriptedOrigin origin;
    private Stage<String> stage;

    @BeforeEach
    void start() throws Exception {
        folder = dir.resolve("cache");
        origin = ScriptedOrigin.open(
                "127.0.0.1",
                (request, reply) -> reply.field("Cache-Control", "max-age=600").answer(request.target()));
        stage = Stage.ofFiles(folder, origin.base()).start();
        assertIsCached("before");
    }

    @AfterEach
    void stop() {
        stage.close();
        origin.close();
    }

    private boolean isCached(String path) throws Exception {
        origin.reset();
        for (int i = 0; i < 2; i++) {
            assertThat(stage.get(path).body()).endsWith(path);
            stage.awaitQuiet();
        }
        return origin.requests().size() == 1;
    }

    private void assertIsCached(String path) throws Exception {
        assertThat(isCached(path)).as("%s is cached", path).isTrue();
    }

    /** Clients are served all the time. */
    private String awaitCached() throws Exception {
        long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
        int round = 0;
        while (!isCached("after" + round)) {
            assertThat(System.nanoTime()).as("the time").isLessThan(deadline);
            round++;
        }
        return "after" + round;
    }

    /** Until nothing is left, or the vault has begun to make it again. */
    private static void remove(Path root) throws IOException {
        boolean done = false;
        while (!done && Files.exists(root)) {
            try (Stream<Path> found = Files.walk(root)) {
                for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
                done = true;
            } catch (NoSuchFileException | UncheckedIOException e) {
                // It went meanwhile; the rest is removed in another round.
            } catch (DirectoryNotEmptyException e) {
                done = true;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "partial", "blobs", "index.sqlite", "vault.lock"})
    void removedFoldersAreCreatedAgainAndResponsesSurviveARestart(String part) throws Exception {
        remove(folder.resolve(part));
        awaitThere();
        String after = awaitCached();
        stage.restart();
        origin.reset();
        assertThat(stage.get(after).body()).endsWith(after);
        assertThat(origin.requests()).isEmpty();
    }

    /** The vault looks after its folder once a second. */
    private void awaitThere() {
        long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
        while (!(Files.isDirectory(folder.resolve("partial"))
                && Files.isDirectory(folder.resolve("blobs/sha256"))
                && Files.exists(folder.resolve("index.sqlite"))
                && Files.exists(folder.resolve("vault.lock")))) {
            assertThat(System.nanoTime()).as("the time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void aMissingFolderIsCreatedAtOnceForAWriter() throws Exception {
        remove(folder);
        assertThat(stage.get("after").body()).endsWith("after");
        stage.awaitQuiet();
        assertThat(folder.resolve("vault.lock")).exists();
        assertThat(folder.resolve("partial")).isDirectory();
        awaitCached();
    }

    @Test
    void removedContentIsFetchedAgain() throws Exception {
        remove(folder);
        awaitThere();
        awaitCached();
        stage.restart();
        assertIsCached("before");
    }
}
