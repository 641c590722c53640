package io.artifactvault.proofs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A proxy that Debian has, started for a proof with a user and a password, in the foreground, on a free port of loopback. */
enum ProxyProgram {
    TINYPROXY("/usr/bin/tinyproxy") {
        @Override
        List<String> command(Path config) {
            return List.of(path(), "-d", "-c", config.toString());
        }

        @Override
        String config(Path folder, int port) {
            return """
                    Port %d
                    Listen 127.0.0.1
                    Allow 127.0.0.1
                    BasicAuth me s3cret
                    LogFile "%s"
                    LogLevel Connect
                    MaxClients 100
                    """.formatted(port, folder.resolve(LOG));
        }
    },

    SQUID("/usr/sbin/squid") {
        @Override
        List<String> command(Path config) {
            return List.of(path(), "-N", "-f", config.toString());
        }

        @Override
        String config(Path folder, int port) throws IOException, InterruptedException {
            Path users = folder.resolve("users");
            Files.writeString(users, "me:" + Shell.run("openssl", "passwd", "-apr1", "s3cret") + "\n");
            return """
                    http_port 127.0.0.1:%d
                    auth_param basic program /usr/lib/squid/basic_ncsa_auth %s
                    auth_param basic children 2
                    acl known proxy_auth REQUIRED
                    http_access allow known
                    http_access deny all
                    cache deny all
                    access_log stdio:%s
                    cache_log %s
                    pid_filename none
                    coredump_dir none
                    shutdown_lifetime 0 seconds
                    """.formatted(port, users, folder.resolve(LOG), folder.resolve("cache.log"));
        }
    };

    private static final String LOG = "access.log";

    private final String path;

    ProxyProgram(String path) {
        this.path = path;
    }

    abstract List<String> command(Path config);

    abstract String config(Path folder, int port) throws IOException, InterruptedException;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    String path() {
        return path;
    }

    boolean isInstalled() {
        return Files.isExecutable(Path.of(path));
    }

    Running start() throws Exception {
        // Squid gives up root's rights, so that what it reads and writes must be open to others.
        Path folder = Files.createTempDirectory("vault-proxy");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        int port = freePort();
        Path config = Files.writeString(folder.resolve("proxy.conf"), config(folder, port));
        Process process = new ProcessBuilder(command(config))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.log").toFile())
                .start();
        Running running = new Running(process, folder, port);
        if (!Waiting.until(Duration.ofSeconds(20), running::accepts)) {
            running.close();
            throw new IOException(label() + " did not start: " + Files.readString(folder.resolve("output.log")));
        }
        return running;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** One that runs. */
    record Running(Process process, Path folder, int port) implements AutoCloseable {
        String url() {
            return url("me:s3cret");
        }

        String url(String login) {
            return "http://" + login + "@127.0.0.1:" + port;
        }

        private boolean accepts() {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
                return true;
            } catch (IOException e) {
                return false;
            }
        }

        /** Lines of its log that say this of that port. */
        long noted(String word, int ofPort) throws IOException {
            return Files.readAllLines(folder.resolve(LOG)).stream()
                    .filter(line -> line.contains(word) && line.contains(":" + ofPort))
                    .count();
        }

        @Override
        public void close() throws IOException {
            process.destroy();
            try {
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Folders.delete(folder);
        }
    }
}
