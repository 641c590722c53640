package io.artifactvault.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vault cache}: the commands about a cache folder, beside a running vault or without one. */
@Command(
        name = "cache",
        description = "Look at a cache folder, also while a vault is running on it.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {CacheStatsCommand.class, CacheVerifyCommand.class, CacheEvictCommand.class})
final class CacheCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing required subcommand, such as stats");
    }
}
