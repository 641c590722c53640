package io.artifactvault.app.cli;

import io.artifactvault.app.terminal.VersionText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vault warm}: has a running vault fetch snapshots before clients request them. */
@Command(
        name = "warm",
        description = "Have a running vault fetch snapshots before clients request them."
                + " A second run continues where the first one ended.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        subcommands = {WarmPyPiCommand.class, WarmOciCommand.class},
        preprocessor = ImageOptions.Shorthand.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all of them are stored",
            "1:some files could not be fetched",
            "2:incorrect usage or configuration"
        })
final class WarmCommand extends RepositoryJobCommand {
    @Option(
            names = "--dry-run",
            description = "Report the amount to fetch and the amount already stored, and fetch no files.")
    private boolean dryRun;

    @Override
    boolean isDryRun() {
        return dryRun;
    }

    @Override
    String route() {
        return "warm";
    }
}
