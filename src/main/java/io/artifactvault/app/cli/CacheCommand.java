package io.artifactvault.app.cli;

import io.artifactvault.app.terminal.VersionText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vault cache}: commands for a cache folder, with or without a running vault. */
@Command(
        name = "cache",
        description = "Inspect a cache folder, even while a vault is running on it.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        subcommands = {CacheStatsCommand.class, CacheVerifyCommand.class, CacheEvictCommand.class})
final class CacheCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing required subcommand, such as stats");
    }
}
