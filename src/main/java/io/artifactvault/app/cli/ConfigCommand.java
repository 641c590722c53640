package io.artifactvault.app.cli;

import io.artifactvault.app.terminal.VersionText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vault config}: commands for the configuration. */
@Command(
        name = "config",
        description = "Inspect a configuration file.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        subcommands = CheckConfigCommand.class)
final class ConfigCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing required subcommand, such as check");
    }
}
