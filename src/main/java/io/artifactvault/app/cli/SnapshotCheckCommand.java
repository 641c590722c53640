package io.artifactvault.app.cli;

import picocli.CommandLine.Command;

/**
 * {@code vault snapshot check}: has a running vault verify that snapshots are stored completely, reading every byte.
 */
@Command(
        name = "check",
        description = "Verify that every file of a snapshot is stored, with its length and digest."
                + " Checks the files that the last warm or pin selected.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:complete and verified",
            "1:some files are missing or damaged",
            "2:incorrect usage or configuration"
        })
final class SnapshotCheckCommand extends JobCommand {
    @Override
    String route() {
        return "check";
    }
}
