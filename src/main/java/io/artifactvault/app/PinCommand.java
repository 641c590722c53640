package io.artifactvault.app;

import picocli.CommandLine.Command;

/** {@code vault pin}: has a running vault bring snapshots in, verify them and never evict them. */
@Command(
        name = "pin",
        description =
                "Have a running vault bring snapshots in, verify them and keep them for good. A pin names the commit that the revision means now.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all of them are pinned", "1:something could not be had", "2:bad usage or configuration"})
final class PinCommand extends JobCommand {
    @Override
    String route() {
        return "pin";
    }
}
