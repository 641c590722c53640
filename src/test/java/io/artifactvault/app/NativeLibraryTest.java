package io.artifactvault.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Native libraries are unpacked into the cache folder, once for each version, and a process that is killed leaves nothing else. */
@Timeout(240)
class NativeLibraryTest {
    @TempDir
    Path dir;

    private final List<Process> processes = new ArrayList<>();
    private Path temp;
    private Path cache;
    private Path config;

    @BeforeEach
    void open() throws IOException {
        temp = Files.createDirectory(dir.resolve("temp"));
        cache = dir.resolve("cache");
        config = Files.writeString(dir.resolve("vault.yml"), """
                server: {host: 127.0.0.1, port: 0}
                admin: {host: 127.0.0.1, port: 0}
                cache: {dir: "%s", offline: true}
                backends: [{type: huggingface}]
                """.formatted(cache));
    }

    @AfterEach
    void close() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    private Process start(Path tempFolder, String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + tempFolder,
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                "io.artifactvault.app.cli.Main"));
        all.addAll(List.of(command));
        all.addAll(List.of("--config", config.toString()));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        processes.add(process);
        return process;
    }

    private void serveAndKill() throws Exception {
        Process vault = start(temp, "serve");
        BufferedReader log = vault.inputReader(StandardCharsets.UTF_8);
        String line = log.readLine();
        while (line != null && !line.contains("listens on")) {
            line = log.readLine();
        }
        assertThat(line).as("the vault's log").isNotNull();
        vault.destroyForcibly().waitFor();
    }

    private static String output(Process process) throws Exception {
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return text;
    }

    private static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    @Test
    void aVaultThatIsKilledLeavesNothingInTheTempFolderAndOneLibraryInTheCache() throws Exception {
        serveAndKill();
        assertThat(in(temp)).isEmpty();
        List<Path> libraries = in(cache.resolve("native"));
        assertThat(libraries).hasSize(1);
        FileTime unpacked = Files.getLastModifiedTime(libraries.getFirst());

        serveAndKill();

        assertThat(in(temp)).isEmpty();
        assertThat(in(cache.resolve("native"))).isEqualTo(libraries);
        assertThat(Files.getLastModifiedTime(libraries.getFirst())).isEqualTo(unpacked);
    }

    @Test
    void aLibraryThatIsNotTheJarsIsReplacedAndThatOfAnotherVersionRemoved() throws Exception {
        serveAndKill();
        Path library = in(cache.resolve("native")).getFirst();
        byte[] bytes = Files.readAllBytes(library);
        Files.write(library, new byte[] {1, 2, 3});
        Path old = Files.write(library.resolveSibling("sqlite-3.0.0-Linux-x86_64.so"), new byte[] {1});

        Process stats = start(temp, "cache", "stats");

        assertThat(output(stats)).contains("0");
        assertThat(stats.exitValue()).isZero();
        assertThat(library).hasBinaryContent(bytes);
        assertThat(old).doesNotExist();
    }

    @Test
    void toolsThatStartAtOnceShareIt() throws Exception {
        serveAndKill();
        Files.delete(in(cache.resolve("native")).getFirst());
        List<Process> tools = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tools.add(start(temp, "cache", "stats"));
        }
        for (Process tool : tools) {
            String said = output(tool);
            assertThat(tool.exitValue()).as(said).isZero();
        }
        assertThat(in(temp)).isEmpty();
        assertThat(in(cache.resolve("native"))).hasSize(1);
    }

    @Test
    void whereTheCacheCannotHoldItTheTempFolderDoesForAMoment() throws Exception {
        Files.createDirectory(cache);
        Files.writeString(cache.resolve("native"), "in the way");
        serveAndKill();
        assertThat(in(temp)).isEmpty();
    }

    /** Such as one that is mounted read-only or noexec: SQLite's library and Netty's come from the cache folder. */
    @Test
    void aTempFolderThatCannotBeUsedIsNotNeeded() throws Exception {
        Process vault = start(dir.resolve("nowhere"), "serve");
        BufferedReader log = vault.inputReader(StandardCharsets.UTF_8);
        StringBuilder said = new StringBuilder();
        String line = log.readLine();
        while (line != null && !line.contains("listens on")) {
            said.append(line).append('\n');
            line = log.readLine();
        }
        assertThat(line).as("the vault's log").isNotNull();
        assertThat(said.toString()).doesNotContain("\tat ", " WARN ", " ERROR ");
        if (Epoll.isAvailable()) {
            String mapped = Files.readString(Path.of("/proc", String.valueOf(vault.pid()), "maps"));
            assertThat(mapped)
                    .contains(cache.resolve("native/sqlite-").toString())
                    .contains(cache.resolve("native/libnetty_transport_native_epoll")
                            .toString());
        }
        assertThat(in(cache.resolve("native"))).hasSize(1);
    }

    @Test
    void whereNeitherCanASentenceSaysWhatToDo() throws Exception {
        Files.createDirectory(cache);
        Files.writeString(cache.resolve("native"), "in the way");
        for (List<String> command : List.of(List.of("serve"), List.of("cache", "stats"))) {
            Process process = start(dir.resolve("nowhere"), command.toArray(String[]::new));
            assertThat(output(process))
                    .contains("Could not load SQLite's native library", cache.resolve("native") + " (", "noexec")
                    .doesNotContain("\tat ");
            assertThat(process.exitValue()).isEqualTo(1);
        }
    }
}
