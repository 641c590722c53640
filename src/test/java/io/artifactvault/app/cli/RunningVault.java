package io.artifactvault.app.cli;

import io.artifactvault.app.BackendTypes;
import io.artifactvault.app.VaultServer;
import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import io.artifactvault.testhub.TestHub;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A vault in front of a test Hub, and the command line to use with it. */
public final class RunningVault implements AutoCloseable {
    final TestHub hub = TestHub.standard();
    private final Path config;
    private final VaultServer server;
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    public RunningVault(Path dir) throws Exception {
        this(dir, "");
    }

    /** @param admin further settings of the admin API, such as {@code token: x} */
    public RunningVault(Path dir, String admin) throws Exception {
        config = Files.writeString(dir.resolve("vault.yml"), """
                server: {host: 127.0.0.1, port: 0}
                admin: {host: 127.0.0.1, port: 0, %s}
                cache: {dir: "%s"}
                backends:
                  - type: huggingface
                    config: {base_url: "%s", allow_private_redirects: true}
                """.formatted(admin, dir.resolve("cache"), hub.base()));
        server = VaultServer.start(new ConfigReader(BackendTypes.ALL).read(config, Map.of(), Overrides.none()));
    }

    VaultServer server() {
        return server;
    }

    public Path config() {
        return config;
    }

    /** Runs a command against this vault's admin API; answers its exit code. */
    public int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--endpoint");
        all.add("http://127.0.0.1:" + server.adminPort());
        return plain(all.toArray(String[]::new));
    }

    public int plain(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    public String out() {
        return out.toString();
    }

    public String err() {
        return err.toString();
    }

    @Override
    public void close() {
        server.close();
        hub.close();
    }
}
