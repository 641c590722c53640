package io.artifactvault.app;

import io.artifactvault.config.Overrides;
import io.artifactvault.config.VaultConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vault serve}: runs the proxy until it is told to stop. */
@Command(
        name = "serve",
        description = "Run the proxy until SIGTERM or Ctrl-C.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class ServeCommand implements Callable<Integer> {
    @Mixin
    private ConfigFileOption config = new ConfigFileOption();

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Listen here instead of on server.host.")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "PORT", description = "Listen here instead of on server.port; 0 for any.")
    private @Nullable Integer port;

    @Option(names = "--cache-dir", paramLabel = "DIR", description = "Keep the cache here instead of in cache.dir.")
    private @Nullable Path cacheDir;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "One of error, warn, info, debug, trace; the default is ${DEFAULT-VALUE}.")
    private LogLevel logLevel = LogLevel.INFO;

    @Override
    public Integer call() throws Exception {
        logLevel.apply();
        Overrides overrides =
                new Overrides(Optional.ofNullable(host), Optional.ofNullable(port), Optional.ofNullable(cacheDir));
        serve(config.read(overrides));
        return 0;
    }

    /** Until the JVM is told to end: SIGTERM and Ctrl-C drain, then close. */
    private static void serve(VaultConfig config) throws IOException, InterruptedException {
        VaultServer server = VaultServer.start(config);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, stopped), "shutdown"));
        stopped.await();
    }

    private static void stop(VaultServer server, CountDownLatch stopped) {
        server.drain();
        server.close();
        stopped.countDown();
    }
}
