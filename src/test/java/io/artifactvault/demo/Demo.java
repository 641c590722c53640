package io.artifactvault.demo;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.artifactvault.app.BackendTypes;
import io.artifactvault.app.VaultServer;
import io.artifactvault.config.ConfigException;
import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import io.artifactvault.config.VaultConfig;
import io.artifactvault.server.ListenFailure;
import io.artifactvault.testhub.StandardSet;
import io.artifactvault.testhub.TestHub;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * Shows without internet what the vault does: starts the test Hub and a real vault, downloads one file through it twice, says
 * what the Hub had to send for each, and stays up for clients of your own. Takes its temporary folder away at the end.
 */
public final class Demo implements AutoCloseable {
    private static final int DEFAULT_PORT = 8080;
    private static final String USAGE = """
            Usage: vault demo [--port PORT] [--once]
              --port PORT   where the vault listens; the default is 8080, or any free port when that is taken
              --once        end after the two downloads; exit code 0 when they went as they should, else 1
            """;

    private final PrintStream out;
    private final Path folder;
    private final TestHub hub;
    private final VaultServer vault;

    private Demo(PrintStream out, int port) throws IOException {
        this.out = out;
        this.folder = Files.createTempDirectory("artifact-vault-demo");
        this.hub = TestHub.standard();
        try {
            this.vault = VaultServer.start(config(port));
        } catch (IOException | RuntimeException e) {
            hub.close();
            delete(folder);
            throw e;
        }
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> words = Arrays.asList(args);
        if (words.contains("--help")) {
            System.out.print(USAGE);
            return;
        }
        try {
            Options options = options(words);
            vaultLog(Level.WARN);
            run(options);
        } catch (IllegalArgumentException e) {
            System.err.println("vault demo: " + e.getMessage() + "; try 'vault demo --help'");
            System.exit(2);
        } catch (IOException e) {
            System.err.println("vault demo: " + e.getMessage());
            System.exit(1);
        }
    }

    /** What the command line says. */
    record Options(int port, boolean once) {}

    /** @throws IllegalArgumentException with what is wrong */
    static Options options(List<String> words) {
        int port = DEFAULT_PORT;
        boolean once = false;
        for (int i = 0; i < words.size(); i++) {
            switch (words.get(i)) {
                case "--once" -> once = true;
                case "--port" -> {
                    i++;
                    port = port(i < words.size() ? words.get(i) : "");
                }
                default -> throw new IllegalArgumentException(unknown(words.get(i)));
            }
        }
        return new Options(port, once);
    }

    private static String unknown(String word) {
        return (word.startsWith("-") ? "unknown option '" : "unexpected argument '") + word + "'";
    }

    private static int port(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("--port needs a number, such as --port 8080");
        }
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65_535) {
            throw new IllegalArgumentException("--port must be a whole number from 0 to 65535, not '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    private static void run(Options options) throws IOException, InterruptedException {
        Demo demo = open(options.port());
        boolean right = demo.downloadTwice();
        if (options.once()) {
            demo.close();
            System.exit(right ? 0 : 1);
        }
        demo.invite();
        stayUntilToldToEnd(demo);
    }

    /** On the port, or on any free one when it cannot be had: another program may take it at any moment. */
    static Demo open(int port) throws IOException {
        try {
            return new Demo(System.out, port);
        } catch (ListenFailure e) {
            System.out.println("Port " + port + " is in use; using another.");
            return new Demo(System.out, 0);
        }
    }

    private VaultConfig config(int port) throws IOException {
        Path file = Files.writeString(
                folder.resolve("config.yml"), """
                server: {host: 127.0.0.1, port: %d}
                admin: {host: 127.0.0.1, port: 0}
                cache: {dir: "%s"}
                backends:
                  - type: huggingface
                    config: {base_url: "%s", allow_private_redirects: true}
                """.formatted(port, folder.resolve("cache"), hub.base()));
        try {
            return new ConfigReader(BackendTypes.ALL).read(file, Map.of(), Overrides.none());
        } catch (ConfigException e) {
            throw new IllegalStateException("the demo's own configuration is wrong", e);
        }
    }

    private boolean downloadTwice() throws IOException, InterruptedException {
        out.println("A test Hub answers at " + hub.base() + ", its CDN at "
                + hub.cdn().base() + ".");
        out.println("A vault listens on " + address() + ".");
        out.println();
        out.println("Downloading big.safetensors of acme/big through the vault, twice:");
        URI uri = URI.create(endpoint() + "/acme/big/resolve/main/big.safetensors");
        Download cold = download("cold", uri);
        Download warm = download("warm", uri);
        boolean same = cold.isWhole() && warm.isWhole();
        boolean right = same && cold.sentByHub() == StandardSet.BIG && warm.sentByHub() == 0;
        out.println(
                same
                        ? "Both have the sha256 that the Hub announced."
                        : "They do NOT both have the sha256 that the Hub announced.");
        if (!right) {
            out.println("That is not as it should be.");
        }
        return right;
    }

    private Download download(String name, URI uri) throws IOException, InterruptedException {
        long before = hub.originBodyBytes();
        Download download = Download.of(uri);
        Download counted = download.sentByHub(hub.originBodyBytes() - before);
        out.printf("  %s  %s%n", name, counted);
        return counted;
    }

    private void invite() {
        out.printf("""

                It is your turn, from another terminal:

                  export HF_ENDPOINT=%1$s
                  hf download acme/tiny
                  curl -I %1$s/acme/tiny/resolve/main/model.safetensors
                  ./vault doctor --endpoint %1$s --repository acme/tiny
                  ./vault warm acme/many --endpoint http://127.0.0.1:%2$d

                Here you see a line for each request. Ctrl-C ends the demo and removes its cache.

                """, endpoint(), vault.adminPort());
        vaultLog(Level.INFO);
    }

    int port() {
        return vault.port();
    }

    private String address() {
        return "http://localhost:" + vault.port();
    }

    private String endpoint() {
        return address() + "/huggingface";
    }

    private static void vaultLog(Level level) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger("io.artifactvault").setLevel(level);
            context.getLogger("access").setLevel(level);
        }
    }

    private static void stayUntilToldToEnd(Demo demo) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            vaultLog(Level.WARN);
            demo.close();
            ended.countDown();
        }));
        ended.await();
    }

    @Override
    public void close() {
        vault.close();
        hub.close();
        delete(folder);
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            System.err.println("Could not remove " + folder + ": " + e.getMessage());
        }
    }
}
