package io.artifactvault.proofs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A vault in a process of its own, so that it can be killed: the jar named by the system property {@code proofs.jar}, or
 * else the classes of this JVM. Each start takes free ports. Not thread-safe, except {@link #kill}.
 */
final class VaultProcess implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final Path log;
    private final int port;
    private final int adminPort;
    private final long started;
    private Duration untilListening = Duration.ZERO;
    private Duration cpuUntilListening = Duration.ZERO;

    private VaultProcess(Process process, Path log, int port, int adminPort, long started) {
        this.process = process;
        this.log = log;
        this.port = port;
        this.adminPort = adminPort;
        this.started = started;
    }

    /** Starts a vault and waits until it listens. */
    static VaultProcess start(Path cache, String hub, String... jvm) throws Exception {
        return listening(launch(cache, hub, jvm));
    }

    /** The same with further settings of {@code cache} and of {@code origin}. */
    static VaultProcess startWith(Path cache, String hub, String engine, String origin) throws Exception {
        return listening(launch(cache, hub, engine, origin, config -> new ProcessBuilder(command(config))));
    }

    /** What a configuration file says, given the ports. */
    interface Configuration {
        String text(int port, int adminPort);
    }

    /**
     * The same with any configuration.
     *
     * @param limits goes before the command, such as {@code prlimit}; it must become the vault's process
     */
    static VaultProcess startAs(Path cache, Configuration configuration, List<String> limits, String... jvm)
            throws Exception {
        return listening(launch(cache, configuration, config -> {
            List<String> command = new ArrayList<>(limits);
            command.addAll(command(config, jvm));
            return new ProcessBuilder(command);
        }));
    }

    /** The same by the launcher, as users do; only where there is a jar. */
    static VaultProcess startByLauncher(Path cache, String hub, String... jvm) throws Exception {
        return listening(launch(cache, hub, "", "", config -> byLauncher(config, jvm)));
    }

    private static VaultProcess listening(VaultProcess vault) throws Exception {
        boolean listens = Waiting.until(PATIENCE, () -> vault.accepts() || !vault.process.isAlive());
        vault.untilListening = Waiting.since(vault.started);
        vault.cpuUntilListening = vault.process.info().totalCpuDuration().orElse(Duration.ZERO);
        if (!listens || !vault.process.isAlive()) {
            vault.kill();
            throw new IOException("The vault did not start: " + vault.said());
        }
        return vault;
    }

    /** Starts a vault and waits for nothing. */
    static VaultProcess launch(Path cache, String hub, String... jvm) throws IOException {
        return launch(cache, hub, "", "", config -> new ProcessBuilder(command(config, jvm)));
    }

    private static VaultProcess launch(
            Path cache, String hub, String engine, String origin, Function<Path, ProcessBuilder> command)
            throws IOException {
        return launch(cache, (port, adminPort) -> config(cache, hub, engine, origin, port, adminPort), command);
    }

    private static VaultProcess launch(Path cache, Configuration configuration, Function<Path, ProcessBuilder> command)
            throws IOException {
        int port = freePort();
        int adminPort = freePort();
        while (adminPort == port) {
            adminPort = freePort();
        }
        Path beside = cache.toAbsolutePath().getParent();
        Path config = Files.createTempFile(beside, "vault", ".yml");
        Files.writeString(config, configuration.text(port, adminPort));
        Path log = Files.createTempFile(beside, "vault", ".log");
        ProcessBuilder builder = command.apply(config).redirectErrorStream(true).redirectOutput(log.toFile());
        long started = System.nanoTime();
        return new VaultProcess(builder.start(), log, port, adminPort, started);
    }

    private static List<String> command(Path config, String... jvm) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of(jvm));
        String jar = System.getProperty("proofs.jar", "");
        command.addAll(
                jar.isEmpty()
                        ? List.of("-cp", System.getProperty("java.class.path"), "io.artifactvault.app.cli.Main")
                        : List.of("-jar", jar));
        command.addAll(List.of("serve", "--config", config.toString()));
        return command;
    }

    private static ProcessBuilder byLauncher(Path config, String... jvm) {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of("vault").toAbsolutePath().toString(), "serve", "--config", config.toString());
        builder.environment().put("VAULT_JAVA_OPTS", String.join(" ", jvm));
        return builder;
    }

    private static String config(Path cache, String hub, String engine, String origin, int port, int adminPort) {
        return """
                server: {host: 127.0.0.1, port: %d, drain_timeout: 1s}
                admin: {host: 127.0.0.1, port: %d}
                cache: {dir: %s, min_free: 0%s}
                origin: {%s}
                backends:
                  - type: huggingface
                    config: {base_url: "%s", prefix: /huggingface/, allow_private_redirects: true}
                  - type: huggingface
                    name: second
                    config: {base_url: "%s", prefix: /second/, allow_private_redirects: true}
                """.formatted(
                port, adminPort, cache.toAbsolutePath(), engine.isEmpty() ? "" : ", " + engine, origin, hub, hub);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean accepts() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The address of something below the mount. */
    URI uri(String below) {
        return URI.create("http://127.0.0.1:" + port + "/huggingface" + below);
    }

    /** The address of the same below another mount, whose backend is a stranger to the first. */
    URI secondUri(String below) {
        return URI.create("http://127.0.0.1:" + port + "/second" + below);
    }

    /** Where clients connect. */
    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** What {@code /metrics} says. */
    String metrics() throws IOException, InterruptedException {
        return Downloads.text(URI.create("http://127.0.0.1:" + adminPort + "/metrics"));
    }

    /** What {@code /readyz} says. */
    String readiness() throws IOException, InterruptedException {
        return Downloads.text(URI.create("http://127.0.0.1:" + adminPort + "/readyz"));
    }

    /** From the start of the process to its first accepted connection. */
    Duration untilListening() {
        return untilListening;
    }

    /** The processor time that took: what a machine with nothing else to do would need, at most. */
    Duration cpuUntilListening() {
        return cpuUntilListening;
    }

    Duration age() {
        return Waiting.since(started);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The exit code, once it has ended by itself; the time is bounded. */
    int awaitEnd(Duration most) throws IOException, InterruptedException {
        if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException("The vault did not end within " + most);
        }
        return process.exitValue();
    }

    /** What it wrote to its log. */
    String said() throws IOException {
        return Files.readString(log).strip();
    }

    /** A line of /proc's status of the process, in KiB, such as {@code VmRSS}. */
    long memoryKiB(String line) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(text -> text.startsWith(line + ":"))
                .mapToLong(text -> Long.parseLong(text.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }

    /** kill -9, and waits for its end. */
    void kill() {
        process.destroyForcibly();
        hasEndedWithin(PATIENCE);
    }

    /** SIGTERM, and waits for its end. */
    @Override
    public void close() {
        process.destroy();
        if (!hasEndedWithin(Duration.ofSeconds(20))) {
            kill();
        }
    }

    private boolean hasEndedWithin(Duration most) {
        try {
            return process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
