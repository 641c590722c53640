package io.artifactvault.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vault warm}: has a running vault bring snapshots in before anybody asks for them. */
@Command(
        name = "warm",
        description =
                "Have a running vault bring snapshots in before anybody asks. A second run goes on where the first ended.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all of them are here", "1:something could not be had", "2:bad usage or configuration"})
final class WarmCommand extends JobCommand {
    @Option(names = "--dry-run", description = "Say how much would be fetched and how much is here; fetch no file.")
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
