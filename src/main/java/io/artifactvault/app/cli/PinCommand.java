package io.artifactvault.app.cli;

import io.artifactvault.app.terminal.VersionText;
import picocli.CommandLine.Command;

/** {@code vault pin}: has a running vault fetch snapshots, verify them and never evict them. */
@Command(
        name = "pin",
        description = "Have a running vault fetch snapshots, verify them and never evict them."
                + " A pin applies to the commit that the revision names now.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all of them are pinned",
            "1:some files could not be fetched",
            "2:incorrect usage or configuration"
        })
final class PinCommand extends RepositoryJobCommand {
    @Override
    String route() {
        return "pin";
    }
}
