package io.artifactvault.app;

import io.artifactvault.config.ConfigException;
import java.io.PrintWriter;
import java.security.Security;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point of the jar: dispatches to the commands. Troubles go to stderr as one line, without a stack trace. */
@Command(
        name = "vault",
        description = "A caching HTTP proxy for Hugging Face.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            ServeCommand.class,
            ConfigCommand.class,
            CacheCommand.class,
            WarmCommand.class,
            PinCommand.class,
            UnpinCommand.class,
            PinsCommand.class,
            SnapshotCommand.class,
            WhyCommand.class,
            ImportCommand.class,
            DoctorCommand.class,
            CheckCommand.class,
            RehearseCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:the command failed", "2:bad usage or configuration"})
public final class Main {
    static final int FAILURE = 1;
    static final int BAD_USAGE = 2;

    Main() {}

    public static void main(String[] args) {
        forgetFailedLookups();
        System.exit(commandLine().execute(args));
    }

    /**
     * A name that was not found is looked up again after a second, like all that fails upstream; the JDK would answer from memory for
     * ten. Read by {@code InetAddress} once, before the first look-up.
     */
    static void forgetFailedLookups() {
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, _) -> badUsage(e))
                .setExecutionExceptionHandler((e, commandLine, _) -> failure(e, commandLine));
    }

    private static int badUsage(ParameterException e) {
        CommandLine commandLine = e.getCommandLine();
        String name = commandLine.getCommandSpec().qualifiedName();
        report(commandLine, name + ": " + oneLine(e) + suggestion(e) + "; try '" + name + " --help'");
        return BAD_USAGE;
    }

    private static int failure(Exception e, CommandLine commandLine) {
        report(commandLine, e instanceof ConfigException ? oneLine(e) : "vault: " + oneLine(e));
        return e instanceof ConfigException ? BAD_USAGE : FAILURE;
    }

    private static void report(CommandLine commandLine, String message) {
        PrintWriter err = commandLine.getErr();
        err.println(message);
        err.flush();
    }

    private static String suggestion(ParameterException e) {
        List<String> names = e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        return names.isEmpty() ? "" : "; did you mean '" + names.getFirst() + "'?";
    }

    private static String oneLine(Exception e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining(" "));
    }

    /** From the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"Artifact Vault " + (version == null ? "(not packaged)" : version)};
        }
    }
}
