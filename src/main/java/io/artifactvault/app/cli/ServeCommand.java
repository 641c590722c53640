package io.artifactvault.app.cli;

import io.artifactvault.app.Signals;
import io.artifactvault.app.StopSignals;
import io.artifactvault.app.VaultServer;
import io.artifactvault.app.terminal.LogLevel;
import io.artifactvault.app.terminal.VersionText;
import io.artifactvault.config.Overrides;
import io.artifactvault.config.VaultConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vault serve}: runs the proxy until it is stopped. */
@Command(
        name = "serve",
        description =
                "Run the proxy until SIGTERM or Ctrl-C. A second signal, at least 1 s later, stops it immediately.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class)
final class ServeCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);
    private static final int DIED_OF_SIGNAL = 128;

    @Mixin
    private ConfigFileOption config = new ConfigFileOption();

    @Option(names = "--host", paramLabel = "ADDRESS", description = "The address to listen on, instead of server.host.")
    private @Nullable String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "The port to listen on, instead of server.port; 0 for any free port.")
    private @Nullable Integer port;

    @Option(names = "--cache-dir", paramLabel = "DIR", description = "The cache folder, instead of cache.dir.")
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

    /**
     * Runs the vault until SIGTERM or Ctrl-C: the first signal drains and then closes the vault, a later one ends the
     * process immediately. SIGHUP changes nothing, so that a closed terminal does not end the vault.
     */
    private static void serve(VaultConfig config) throws IOException, InterruptedException {
        Signals.handle("HUP", _ -> log.info("Ignored SIGHUP; send SIGTERM to stop the vault"));
        VaultServer server = VaultServer.start(config);
        CountDownLatch stopped = new CountDownLatch(1);
        StopSignals signals = new StopSignals(System::nanoTime);
        IntConsumer end = signal -> end(signal, signals);
        Signals.handle("TERM", end);
        Signals.handle("INT", end);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, stopped), "shutdown"));
        stopped.await();
    }

    /**
     * Ends the process after a signal, on the signal's thread, with the exit code of a process that the signal killed.
     */
    private static void end(int signal, StopSignals signals) {
        int code = DIED_OF_SIGNAL + signal;
        switch (signals.next()) {
            case STOP -> System.exit(code);
            case REPEATED -> log.debug("Ignored a repeated stop signal");
            case STOP_IMMEDIATELY -> {
                log.warn("Stopping immediately because of a second signal; responses in progress are cut off");
                Runtime.getRuntime().halt(code);
            }
        }
    }

    private static void stop(VaultServer server, CountDownLatch stopped) {
        server.drain();
        server.close();
        stopped.countDown();
    }
}
