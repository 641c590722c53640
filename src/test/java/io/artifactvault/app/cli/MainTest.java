package io.artifactvault.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int vault(String... arguments) {
        CommandLine commandLine = Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        return commandLine.execute(arguments);
    }

    @Test
    void aValidConfigurationIsReportedAsValid() {
        assertThat(vault("config", "check", "--config", "config-sample.yml")).isZero();
        assertThat(out).hasToString("configuration is valid" + System.lineSeparator());
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"config check", "serve"})
    void aBadConfigurationIsOneLineAndExitCodeTwo(String command) throws Exception {
        Path file = Files.writeString(folder.resolve("bad.yml"), "backends: []\nsever: {}\n");

        assertThat(vault((command + " --config " + file).split(" ", -1))).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines())
                .containsExactly("vault: " + file
                        + ":1: backends is empty; add at least one item, such as \"- type: huggingface\"");
    }

    @Test
    void anOverrideReachesTheReader() {
        assertThat(vault("serve", "--config", "config-sample.yml", "--port", "99999"))
                .isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly("vault: --port must be a whole number from 0 to 65535, not \"99999\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "999.1.1.1 | there is no such host or address; set server.host to an address of this machine",
                "192.0.2.7 | set server.host to an address of this machine, such as 127.0.0.1, or to 0.0.0.0 for all"
            })
    void anAddressThatIsNotOfThisMachineIsNamedWithARemedy(String host, String remedy) {
        assertThat(vault(serve("--host", host, "--port", "0"))).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("vault: cannot listen on " + host + ":0: ")
                .contains(remedy);
        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void aPortThatIsTakenIsNamedWithARemedy() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertThat(vault(serve("--host", "127.0.0.1", "--port", port))).isEqualTo(1);
            assertThat(err.toString())
                    .isEqualToIgnoringNewLines("vault: cannot listen on 127.0.0.1:" + port
                            + ": another program uses the port; stop it, or change server.port");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin", "metrics"})
    void thePortOfAnotherListenerThatIsTakenIsNamedByItsSetting(String section) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Path file = Files.writeString(folder.resolve("taken.yml"), """
                    server: {host: 127.0.0.1, port: 0}
                    admin: {host: 127.0.0.1, port: %d}
                    metrics: {host: 127.0.0.1, port: %d}
                    cache: {dir: "%s", min_free: 0}
                    backends: [{type: huggingface}]
                    """.formatted(
                            section.equals("admin") ? taken.getLocalPort() : 0,
                            section.equals("metrics") ? taken.getLocalPort() : 0,
                            folder.resolve("cache")));
            assertThat(vault("serve", "--config", file.toString(), "--log-level", "error"))
                    .isEqualTo(1);
            assertThat(err.toString())
                    .contains("another program uses the port; stop it, or change " + section + ".port");
        }
    }

    @Test
    void aFolderInAFileSystemOfTheKernelIsRefusedByCheckAndServe() throws Exception {
        Path file = Files.writeString(
                folder.resolve("proc.yml"), "cache: {dir: /proc/x}\nbackends: [{type: huggingface}]\n");
        assertThat(vault("config", "check", "--config", file.toString())).isEqualTo(2);
        assertThat(vault("serve", "--config", "config-sample.yml", "--cache-dir", "/proc/x"))
                .isEqualTo(2);
        assertThat(err.toString().lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("/proc/x").contains("choose another folder"));
    }

    @Test
    void everyUrlInTheHelpIsInOnePiece() {
        List<String> torn = new ArrayList<>();
        tornUrls(Main.commandLine(), torn);
        assertThat(torn).isEmpty();
    }

    private static void tornUrls(CommandLine command, List<String> torn) {
        String help = command.getUsageMessage(CommandLine.Help.Ansi.OFF);
        command.getCommandSpec().options().stream()
                .flatMap(option -> Arrays.stream(option.description()))
                .flatMap(text -> Arrays.stream(text.split("[\\s,;]+", -1)))
                .filter(word -> word.startsWith("http"))
                .map(word -> word.replaceFirst("\\.$", ""))
                .filter(url -> !help.contains(url))
                .forEach(url -> torn.add(command.getCommandName() + ": " + url));
        command.getSubcommands().values().forEach(inner -> tornUrls(inner, torn));
    }

    private String[] serve(String... further) {
        List<String> arguments = new ArrayList<>(
                List.of("serve", "--config", "config-sample.yml", "--log-level", "error", "--cache-dir"));
        arguments.add(folder.toString());
        arguments.addAll(List.of(further));
        return arguments.toArray(String[]::new);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "serve | vault serve: Missing required option: '--config=FILE'; try 'vault serve --help'",
                "serve -c x --cach-dir 1 | vault serve: Unknown options: '--cach-dir', '1'; did you mean '--cache-dir'?; try 'vault serve --help'",
                "serve -c x --port a | vault serve: Invalid value for option '--port': 'a' is not a whole number; try 'vault serve --help'",
                "frobnicate | vault: unknown command 'frobnicate'; try 'vault --help'",
                "serv | vault: unknown command 'serv'; did you mean 'serve'?; try 'vault --help'",
                "warm x --type y | vault warm: Invalid value for option '--type': 'y' is not one of model, dataset, space; try 'vault warm --help'",
                "config | vault config: Missing required subcommand, such as check; try 'vault config --help'",
                "'' | vault: Missing required subcommand; try 'vault --help'"
            })
    void badUsageIsOneLineAndExitCodeTwo(String arguments, String message) {
        assertThat(vault(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1)))
                .isEqualTo(2);
        assertThat(err.toString().lines()).containsExactly(message);
    }

    @Test
    void theLogLevelIsOneOfFive() {
        assertThat(vault("serve", "--config", "x", "--log-level", "loud")).isEqualTo(2);
        assertThat(err.toString()).contains("'--log-level'").containsIgnoringCase("debug");
    }

    @Test
    void theVersionNamesTheProgram() {
        assertThat(vault("--version")).isZero();
        assertThat(out.toString()).startsWith("Artifact Vault ");
    }

    @Test
    void helpNamesTheCommandsAndExitCodes() {
        assertThat(vault("--help")).isZero();
        assertThat(out.toString()).contains("serve", "config", "Exit codes:");
    }
}
