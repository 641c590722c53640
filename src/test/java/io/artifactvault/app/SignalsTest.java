package io.artifactvault.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.app.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A vault as a process of its own, in front of an origin that accepts and never answers. */
class SignalsTest {
    private static final Pattern PORTS = Pattern.compile("listens on 127.0.0.1:(\\d+), admin on 127.0.0.1:(\\d+)");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path dir;

    private final HttpClient http = HttpClient.newHttpClient();
    private ServerSocket origin;
    private Process vault;
    private BufferedReader log;
    private int port;
    private int adminPort;

    @BeforeEach
    void start() throws IOException {
        origin = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        origin.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        Path config =
                Files.writeString(dir.resolve("vault.yml"), """
                server: {host: 127.0.0.1, port: 0, drain_timeout: 10m}
                admin: {host: 127.0.0.1, port: 0}
                cache: {dir: "%s", min_free: 0}
                backends: [{type: http, name: files, config: {prefix: /files/, base_url: "http://127.0.0.1:%d"}}]
                """.formatted(dir.resolve("cache"), origin.getLocalPort()));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx128m", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of("serve", "--config", config.toString()));
        vault = new ProcessBuilder(command).redirectErrorStream(true).start();
        log = vault.inputReader(StandardCharsets.UTF_8);
        // A parent that ignores SIGHUP (nohup) makes the vault ignore it too: the wait for its line ends.
        CompletableFuture.delayedExecutor(3 * PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .execute(vault::destroyForcibly);
        Matcher ports = PORTS.matcher(awaitLine("listens on"));
        assertThat(ports.find()).isTrue();
        port = Integer.parseInt(ports.group(1));
        adminPort = Integer.parseInt(ports.group(2));
    }

    @AfterEach
    void end() throws Exception {
        vault.destroyForcibly();
        vault.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        origin.close();
        http.close();
    }

    private String awaitLine(String part) throws IOException {
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            if (line.contains(part)) {
                return line;
            }
        }
        throw new IOException("The vault ended without a line that contains '" + part + "'");
    }

    private void signal(String... names) throws Exception {
        for (String name : names) {
            assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(vault.pid()))
                            .start()
                            .waitFor())
                    .isZero();
        }
    }

    private HttpResponse<String> readiness() throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + adminPort + "/readyz");
        return http.send(HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aClosedTerminalDoesNotStopTheVault() throws Exception {
        signal("HUP");

        awaitLine("Ignored SIGHUP");
        assertThat(readiness().statusCode()).isEqualTo(200);
    }

    @Test
    void theFirstSignalDrainsEvenWhenItComesTwiceAndALaterOneEndsImmediately() throws Exception {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.getOutputStream()
                    .write("GET /files/slow HTTP/1.1\r\nHost: vault\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            origin.accept();

            // As GNU timeout does: to the process, and to its group.
            signal("TERM", "TERM");
            awaitLine("Draining");
            HttpResponse<String> whileDraining = readiness();
            assertThat(whileDraining.statusCode()).isEqualTo(503);
            assertThat(whileDraining.body()).contains("draining");

            // Soon after the first one they still count as it.
            Instant end = Instant.now().plus(PATIENCE);
            while (vault.isAlive() && Instant.now().isBefore(end)) {
                new ProcessBuilder("kill", "-TERM", Long.toString(vault.pid()))
                        .start()
                        .waitFor();
                vault.waitFor(100, TimeUnit.MILLISECONDS);
            }
            assertThat(vault.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(vault.exitValue()).isEqualTo(143);
        }
    }

    @Test
    void anIdleVaultEndsAtTheFirstSignalWithTheSignalsExitCode() throws Exception {
        signal("INT");

        assertThat(vault.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(vault.exitValue()).isEqualTo(130);
    }
}
