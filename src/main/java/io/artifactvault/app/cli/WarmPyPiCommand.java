package io.artifactvault.app.cli;

import io.artifactvault.app.terminal.VersionText;
import io.artifactvault.config.ConfigException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vault warm pypi}: has a running vault fetch the files of lock files before clients request them. */
@Command(
        name = "pypi",
        description = "Have a running vault fetch the Python packages of lock files or requirements."
                + " Without --python and --platform, all files that a lock names."
                + " A second run continues where the first one ended.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all of them are stored",
            "1:some files could not be fetched, or differ from the lock",
            "2:incorrect usage, or a file that cannot be read"
        })
final class WarmPyPiCommand extends JobCommand {
    @Mixin
    private LockFileOptions files = new LockFileOptions();

    @Option(
            names = "--dry-run",
            description = "Report the amount to fetch and the amount already stored, and fetch no files.")
    private boolean dryRun;

    @Option(
            names = "--pin",
            paramLabel = "NAME",
            description = "Verify the files and never evict them; they replace those that were pinned under this name.")
    private String pin = "";

    @Override
    boolean isDryRun() {
        return dryRun;
    }

    @Override
    String route() {
        return pin.isEmpty() ? "warm" : "pin";
    }

    @Override
    List<Map<String, Object>> wishes() throws ConfigException {
        return pin.isEmpty() ? files.wishes() : files.wishes(pin);
    }
}
