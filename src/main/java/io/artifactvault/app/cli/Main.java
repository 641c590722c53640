package io.artifactvault.app.cli;

import io.artifactvault.app.FailureText;
import io.artifactvault.app.terminal.LogLevel;
import io.artifactvault.app.terminal.VersionText;
import io.artifactvault.config.ConfigException;
import io.artifactvault.config.Spelling;
import java.io.PrintWriter;
import java.security.Security;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point of the jar: dispatches to the commands. Failures go to stderr as one line, without a stack trace. */
@Command(
        name = "vault",
        description = "A caching HTTP proxy for Hugging Face.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
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
        exitCodeList = {"0:done", "1:the command failed", "2:incorrect usage or configuration"})
public final class Main {
    static final int FAILURE = 1;
    static final int BAD_USAGE = 2;

    Main() {}

    public static void main(String[] args) {
        forgetFailedLookups();
        System.exit(commandLine().execute(args));
    }

    /**
     * Makes the JDK look up a name that was not found again after one second instead of ten. {@code InetAddress} reads
     * this setting once, before its first lookup.
     */
    static void forgetFailedLookups() {
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
    }

    public static CommandLine commandLine() {
        return new CommandLine(new Main())
                .registerConverter(Integer.class, Main::wholeNumber)
                .registerConverter(int.class, Main::wholeNumber)
                .registerConverter(LogLevel.class, oneOf(LogLevel.values()))
                .registerConverter(RepositoryOptions.Type.class, oneOf(RepositoryOptions.Type.values()))
                .setParameterExceptionHandler((e, _) -> badUsage(e))
                .setExecutionExceptionHandler((e, commandLine, _) -> failure(e, commandLine));
    }

    private static Integer wholeNumber(String text) {
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is not a whole number");
        }
    }

    /** Converts an option to a value in any case; messages use lower case, as the help does. */
    private static <E extends Enum<E>> ITypeConverter<E> oneOf(E[] values) {
        return text -> Arrays.stream(values)
                .filter(value -> value.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is not one of "
                        + Arrays.stream(values)
                                .map(value -> value.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))));
    }

    private static int badUsage(ParameterException e) {
        CommandLine commandLine = e.getCommandLine();
        String name = commandLine.getCommandSpec().qualifiedName();
        report(commandLine, name + ": " + fault(e) + suggestion(e) + "; try '" + name + " --help'");
        return BAD_USAGE;
    }

    private static String fault(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            boolean isCommand = !unmatched.getCommandLine().getSubcommands().isEmpty();
            return (isCommand ? "unknown command '" : "unexpected argument '")
                    + unmatched.getUnmatched().getFirst() + "'";
        }
        return FailureText.of(e);
    }

    private static int failure(Exception e, CommandLine commandLine) {
        report(commandLine, "vault: " + FailureText.of(e));
        return e instanceof ConfigException ? BAD_USAGE : FAILURE;
    }

    private static void report(CommandLine commandLine, String message) {
        PrintWriter err = commandLine.getErr();
        err.println(message);
        err.flush();
    }

    private static String suggestion(ParameterException e) {
        return e instanceof UnmatchedArgumentException unmatched
                ? Spelling.nearest(unmatched.getUnmatched().getFirst(), names(unmatched))
                        .map(name -> "; did you mean '" + name + "'?")
                        .orElse("")
                : "";
    }

    private static Collection<String> names(UnmatchedArgumentException unmatched) {
        CommandLine commandLine = unmatched.getCommandLine();
        return unmatched.isUnknownOption()
                ? commandLine.getCommandSpec().optionsMap().keySet()
                : commandLine.getSubcommands().keySet();
    }
}
