package io.artifactvault.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vault cache}: the commands about a cache folder that no vault is using. */
@Command(
        name = "cache",
        description = "Look at a cache folder while the vault is stopped.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {CacheStatsCommand.class, CacheVerifyCommand.class})
final class CacheCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing required subcommand, such as stats");
    }
}
