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
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A proxy that Debian has, started for a proof, in the foreground, on a free port of loopback; all but one want a login. */
enum ProxyProgram {
    TINYPROXY("tinyproxy", "http", "/usr/bin/tinyproxy") {
        @Override
        List<String> command(Setup setup) throws IOException {
            return List.of(path(), "-d", "-c", setup.write(config(setup)));
        }

        private String config(Setup setup) {
            return """
                    Port %d
                    Listen 127.0.0.1
                    Allow 127.0.0.1
                    BasicAuth me s3cret
                    LogFile "%s"
                    LogLevel Connect
                    MaxClients 100
                    """.formatted(setup.port, setup.accessLog()) + (setup.denies ? "ConnectPort 1\n" : "");
        }

        @Override
        boolean isConnection(String line, int port) {
            return line.contains("CONNECT") && line.contains(":" + port);
        }
    },

    SQUID("squid", "http", "/usr/sbin/squid") {
        @Override
        List<String> command(Setup setup) throws IOException, InterruptedException {
            return List.of(path(), "-N", "-f", setup.write(squidConfig("http_port 127.0.0.1:" + setup.port, setup)));
        }

        @Override
        boolean isConnection(String line, int port) {
            return TINYPROXY.isConnection(line, port);
        }
    },

    /** Squid that is itself spoken to by TLS. */
    SQUID_BY_TLS("squid by TLS", "https", "/usr/sbin/squid") {
        @Override
        List<String> command(Setup setup) throws IOException, InterruptedException {
            // GnuTLS takes a key of an elliptic curve only with the public key beside it, which Java leaves out.
            Path key = setup.folder.resolve("key.pem");
            Shell.run("openssl", "ec", "-in", setup.identity.key().toString(), "-out", key.toString());
            String port = "https_port 127.0.0.1:%d tls-cert=%s tls-key=%s"
                    .formatted(setup.port, setup.identity.certificate().toAbsolutePath(), key);
            return List.of(path(), "-N", "-f", setup.write(squidConfig(port, setup)));
        }

        @Override
        boolean isConnection(String line, int port) {
            return TINYPROXY.isConnection(line, port);
        }
    },

    MICROSOCKS("microsocks", "socks5", "/usr/bin/microsocks") {
        @Override
        List<String> command(Setup setup) {
            return List.of(path(), "-i", "127.0.0.1", "-p", Integer.toString(setup.port), "-u", "me", "-P", "s3cret");
        }

        @Override
        boolean isConnection(String line, int port) {
            return line.contains("connected to") && line.endsWith(":" + port);
        }

        @Override
        boolean canDeny() {
            return false;
        }
    },

    /** Its logins are those of the machine, so that it is asked for none. */
    DANTE("dante", "socks5", "/usr/sbin/danted") {
        @Override
        List<String> command(Setup setup) throws IOException {
            return List.of(path(), "-f", setup.write(config(setup)));
        }

        private String config(Setup setup) {
            return """
                    logoutput: stderr
                    internal: 127.0.0.1 port = %d
                    external: 127.0.0.1
                    clientmethod: none
                    socksmethod: none
                    user.privileged: root
                    user.unprivileged: nobody
                    client pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }
                    socks %s { from: 127.0.0.0/8 to: 0.0.0.0/0 log: connect }
                    """.formatted(setup.port, setup.denies ? "block" : "pass");
        }

        @Override
        boolean isConnection(String line, int port) {
            return line.contains("pass(1): tcp/connect [") && line.endsWith("." + port);
        }

        @Override
        boolean wantsLogin() {
            return false;
        }
    };

    private static final Duration START = Duration.ofSeconds(20);

    private final String label;
    private final String scheme;
    private final String path;

    ProxyProgram(String label, String scheme, String path) {
        this.label = label;
        this.scheme = scheme;
        this.path = path;
    }

    private static String squidConfig(String port, Setup setup) throws IOException, InterruptedException {
        Path users = setup.folder.resolve("users");
        Files.writeString(users, "me:" + Shell.run("openssl", "passwd", "-apr1", "s3cret") + "\n");
        return """
                %s
                auth_param basic program /usr/lib/squid/basic_ncsa_auth %s
                auth_param basic children 2
                acl known proxy_auth REQUIRED
                http_access %s
                http_access deny all
                cache deny all
                access_log stdio:%s
                cache_log %s
                pid_filename none
                coredump_dir none
                shutdown_lifetime 0 seconds
                """.formatted(
                        port,
                        users,
                        setup.denies ? "deny all" : "allow known",
                        setup.accessLog(),
                        setup.folder.resolve("cache.log"));
    }

    abstract List<String> command(Setup setup) throws IOException, InterruptedException;

    /** Whether a line of its log says that it connected a client to that port. */
    abstract boolean isConnection(String line, int port);

    boolean wantsLogin() {
        return true;
    }

    /** Whether its configuration can forbid what clients ask for. */
    boolean canDeny() {
        return true;
    }

    boolean isSocks() {
        return scheme.equals("socks5");
    }

    boolean isByTls() {
        return scheme.equals("https");
    }

    String label() {
        return label;
    }

    String path() {
        return path;
    }

    boolean isInstalled() {
        return Files.isExecutable(Path.of(path));
    }

    /** PEM files: who a proxy is that is spoken to by TLS. */
    record Identity(Path certificate, Path key) {}

    Running start(Identity identity) throws Exception {
        return start(identity, false);
    }

    /** One that forbids every connection. */
    Running startDenying(Identity identity) throws Exception {
        return start(identity, true);
    }

    private Running start(Identity identity, boolean denies) throws Exception {
        // Squid gives up root's rights, so that what it reads and writes must be open to others.
        Path folder = Files.createTempDirectory("vault-proxy");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Setup setup = new Setup(folder, freePort(), denies, identity);
        try {
            return new Running(this, setup);
        } catch (Exception e) {
            Folders.delete(folder);
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** How one is to be run. */
    record Setup(Path folder, int port, boolean denies, Identity identity) {
        String write(String config) throws IOException {
            return Files.writeString(folder.resolve("proxy.conf"), config).toString();
        }

        Path accessLog() {
            return folder.resolve("access.log");
        }

        Path output() {
            return folder.resolve("output.log");
        }
    }

    /** One that was started; it can be ended, started again and made to hang. Confined to one thread. */
    static final class Running implements AutoCloseable {
        private final ProxyProgram program;
        private final Setup setup;
        private Process process;

        private Running(ProxyProgram program, Setup setup) throws Exception {
            this.program = program;
            this.setup = setup;
            this.process = launch();
        }

        private Process launch() throws Exception {
            Process launched = new ProcessBuilder(program.command(setup))
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(setup.output().toFile()))
                    .start();
            if (!Waiting.until(START, this::accepts)) {
                launched.destroyForcibly();
                throw new IOException(program.label() + " did not start: " + Files.readString(setup.output()));
            }
            return launched;
        }

        String url() {
            return program.wantsLogin() ? url("me:s3cret@") : url("");
        }

        /** @param login with an @ at its end, or empty */
        String url(String login) {
            return program.scheme + "://" + login + "127.0.0.1:" + setup.port;
        }

        private boolean accepts() {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), setup.port), 1_000);
                return true;
            } catch (IOException e) {
                return false;
            }
        }

        /** Connections to that port, by its log. */
        long noted(int ofPort) throws IOException {
            Path log = Files.exists(setup.accessLog()) ? setup.accessLog() : setup.output();
            return Files.readAllLines(log).stream()
                    .filter(line -> program.isConnection(line, ofPort))
                    .count();
        }

        /** From here on its kernel accepts connections, and nothing answers. */
        void hang() throws IOException, InterruptedException {
            signal("-STOP");
        }

        void goOn() throws IOException, InterruptedException {
            signal("-CONT");
        }

        private void signal(String signal) throws IOException, InterruptedException {
            List<String> pids = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                    .map(handle -> Long.toString(handle.pid()))
                    .toList();
            Shell.run(Stream.concat(Stream.of("kill", signal), pids.stream()).toArray(String[]::new));
        }

        /** Ends it with all that it started, which may serve connections for longer: new ones are refused, open ones closed. */
        void end() {
            List<ProcessHandle> helpers = process.descendants().toList();
            process.destroy();
            try {
                if (!process.waitFor(START.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            helpers.forEach(ProcessHandle::destroyForcibly);
        }

        /** Starts it again, on the same port. */
        void startAgain() throws Exception {
            process = launch();
        }

        @Override
        public void close() throws IOException {
            end();
            Folders.delete(setup.folder);
        }
    }
}
