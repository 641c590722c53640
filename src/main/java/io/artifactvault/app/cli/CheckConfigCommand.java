package io.artifactvault.app.cli;

import io.artifactvault.app.terminal.VersionText;
import io.artifactvault.config.ConfigException;
import io.artifactvault.config.Overrides;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code vault config check}: reports whether {@code serve} would accept the file, with the environment of this shell.
 */
@Command(
        name = "check",
        description = "Read a configuration file, and report its first error.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class)
final class CheckConfigCommand implements Callable<Integer> {
    @Mixin
    private ConfigFileOption config = new ConfigFileOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws ConfigException {
        var _ = config.read(Overrides.none());
        PrintWriter out = spec.commandLine().getOut();
        out.println("configuration is valid");
        out.flush();
        return 0;
    }
}
