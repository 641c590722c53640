package io.artifactvault.app.cli;

import io.artifactvault.app.terminal.VersionText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vault snapshot}: commands for snapshots in a running vault. */
@Command(
        name = "snapshot",
        description = "Inspect snapshots in a running vault.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        subcommands = SnapshotCheckCommand.class)
final class SnapshotCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing required subcommand, such as check");
    }
}
