package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.app.VaultServer;
import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that has really run out of descriptors, while upstream is away, loses none of its stored files. In a process of its own,
 * whose limit is low.
 */
@Timeout(120)
@EnabledOnOs(OS.LINUX)
class DescriptorFloodTest {
    private static final int FILES = 20;
    private static final int DESCRIPTORS = 400;

    @TempDir
    Path folder;

    @Test
    void aProcessWithoutDescriptorsLosesNoStoredFile() throws Exception {
        Path log = folder.resolve("log");
        Process child = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n " + DESCRIPTORS + " && exec \"$0\" \"$@\"",
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Flood.class.getName(),
                        folder.resolve("cache").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(child.waitFor(100, TimeUnit.SECONDS)).isTrue();
        } finally {
            child.destroyForcibly();
        }
        String told = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(child.exitValue()).as(told).isZero();
        assertThat(told)
                .contains("stored before: " + FILES)
                .contains("503 in the flood: " + FILES)
                .contains("hits after it: " + FILES)
                .contains("stored after: " + FILES);
        assertThat(told.split("Could not read stored content", -1))
                .as("said once")
                .hasSize(2);
    }

    /** What the other process does. */
    static final class Flood {
        private Flood() {}

        public static void main(String[] args) throws Exception {
            Path cache = Files.createDirectories(Path.of(args[0]));
            try (ScriptedOrigin origin = ScriptedOrigin.open(
                            "127.0.0.1",
                            (request, reply) -> reply.field("Cache-Control", "max-age=6000")
                                    .answer("content of " + request.target()));
                    Stage<String> stage = Stage.ofFiles(cache, origin.base()).start()) {
                for (int i = 0; i < FILES; i++) {
                    stage.get("f" + i);
                }
                stage.restart();
                System.out.println("stored before: " + stored(cache));
                origin.stop();
                // From now on the connection to the vault and its database are open, and classes need no file any more.
                loadAllClasses();
                int first = stage.send("GET", "warm-up").statusCode();
                System.out.println("upstream is away: " + first);
                flood(stage);
                System.out.println("hits after it: " + answers(stage, 200));
                System.out.println("stored after: " + stored(cache));
            }
            System.exit(0);
        }

        private static void loadAllClasses() throws Exception {
            Path root = Path.of(VaultServer.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            List<Path> classes;
            try (Stream<Path> files = Files.isDirectory(root) ? Files.walk(root) : Stream.empty()) {
                classes =
                        files.filter(file -> file.toString().endsWith(".class")).toList();
            }
            for (Path one : classes) {
                String name = root.relativize(one).toString().replace('/', '.');
                Class.forName(
                        name.substring(0, name.length() - ".class".length()), false, Flood.class.getClassLoader());
            }
        }

        private static void flood(Stage<String> stage) throws Exception {
            Deque<FileChannel> all = new ArrayDeque<>();
            try {
                while (all.size() < DESCRIPTORS) {
                    all.push(FileChannel.open(Path.of("/dev/null"), StandardOpenOption.READ));
                }
            } catch (IOException e) {
                System.out.println("the flood: " + e.getMessage() + " after " + all.size());
            }
            System.out.println("503 in the flood: " + answers(stage, 503));
            for (FileChannel one : List.copyOf(all)) {
                one.close();
            }
        }

        private static long answers(Stage<String> stage, int status) throws Exception {
            long count = 0;
            for (int i = 0; i < FILES; i++) {
                HttpResponse<String> answer = stage.send("GET", "f" + i);
                count += answer.statusCode() == status ? 1 : 0;
            }
            return count;
        }

        private static long stored(Path cache) throws IOException {
            try (Stream<Path> files = Files.walk(cache.resolve("blobs"))) {
                return files.filter(Files::isRegularFile).count();
            }
        }
    }
}
