package io.artifactvault.app.cli;

import io.artifactvault.app.BackendTypes;
import io.artifactvault.app.VaultServer;
import io.artifactvault.app.terminal.LogLevel;
import io.artifactvault.app.terminal.VersionText;
import io.artifactvault.config.ConfigException;
import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import io.artifactvault.config.VaultConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * {@code vault rehearse}: starts a vault in a temporary folder, downloads a file of {@link RehearsalHub} through it
 * cold and warm, and ends. This run gives the JVM the profile that it needs for an AOT cache; the launcher and the
 * image create theirs with it. Needs only loopback and a temporary folder.
 */
@Command(
        name = "rehearse",
        hidden = true,
        description = "Start a vault, download a file of a test Hub through it and end, for -XX:AOTCacheOutput.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class)
final class RehearseCommand implements Callable<Integer> {
    private static final int WARM = 3;
    private static final int PATIENCE_MILLIS = 20_000;

    @Override
    public Integer call() throws Exception {
        LogLevel.INFO.apply();
        Path folder = Files.createTempDirectory("vault-rehearsal");
        try (RehearsalHub hub = RehearsalHub.open();
                VaultServer server = VaultServer.start(config(folder, hub))) {
            for (int i = 0; i <= WARM; i++) {
                download(URI.create("http://127.0.0.1:" + server.port() + "/huggingface" + RehearsalHub.PATH));
            }
            server.drain();
        } finally {
            delete(folder);
        }
        return 0;
    }

    /** The configuration of the rehearsal, which is read from a file as at a normal start. */
    private static VaultConfig config(Path folder, RehearsalHub hub) throws IOException, ConfigException {
        Path file = Files.writeString(folder.resolve("config.yml"), """
                server: {host: 127.0.0.1, port: 0, drain_timeout: 1s}
                admin: {host: 127.0.0.1, port: 0}
                cache: {dir: "%s", min_free: 0}
                backends:
                  - type: huggingface
                    config: {prefix: /huggingface/, base_url: "%s", allow_private_redirects: true}
                """.formatted(folder.resolve("cache"), hub.base()));
        return new ConfigReader(BackendTypes.ALL).read(file, Map.of(), Overrides.none());
    }

    private static void download(URI uri) throws IOException {
        URLConnection connection = uri.toURL().openConnection();
        connection.setConnectTimeout(PATIENCE_MILLIS);
        connection.setReadTimeout(PATIENCE_MILLIS);
        try (InputStream in = connection.getInputStream()) {
            if (in.readAllBytes().length != RehearsalHub.LENGTH) {
                throw new IOException("The vault did not serve the whole file");
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(folder)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }
}
