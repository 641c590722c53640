package io.artifactvault.app.cli;

import io.artifactvault.app.terminal.VersionText;
import io.artifactvault.config.ConfigException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code vault snapshot check}: has a running vault verify that snapshots are stored completely, reading every byte.
 */
@Command(
        name = "check",
        description = "Verify that every file of a snapshot is stored, with its length and digest."
                + " Checks the files that the last warm or pin selected.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        subcommands = {SnapshotCheckCommand.PyPi.class, SnapshotCheckCommand.Oci.class},
        preprocessor = ImageOptions.Shorthand.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:complete and verified",
            "1:some files are missing or damaged",
            "2:incorrect usage or configuration"
        })
final class SnapshotCheckCommand extends RepositoryJobCommand {
    @Override
    String route() {
        return "check";
    }

    /** {@code vault snapshot check pypi}: the same for the files of lock files. */
    @Command(
            name = "pypi",
            description = "Verify that every file of lock files or requirements is stored, reading every byte.",
            mixinStandardHelpOptions = true,
            versionProvider = VersionText.class,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:complete and verified",
                "1:some files are missing, damaged, or differ from the lock",
                "2:incorrect usage, or a file that cannot be read"
            })
    static final class PyPi extends JobCommand {
        @Mixin
        private LockFileOptions files = new LockFileOptions();

        @Override
        String route() {
            return "check";
        }

        @Override
        List<Map<String, Object>> wishes() throws ConfigException {
            return files.wishes();
        }
    }

    /** {@code vault snapshot check oci}: the same for images of registries. */
    @Command(
            name = ImageOptions.COMMAND,
            description = "Verify that every manifest and layer of images is stored, reading every byte.",
            mixinStandardHelpOptions = true,
            versionProvider = VersionText.class,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:complete and verified",
                "1:some files are missing or damaged",
                "2:incorrect usage, or a file that cannot be read"
            })
    static final class Oci extends JobCommand {
        @Mixin
        private ImageOptions images = new ImageOptions();

        @Override
        String route() {
            return "check";
        }

        @Override
        List<Map<String, Object>> wishes() throws ConfigException {
            return images.wishes("");
        }
    }
}
