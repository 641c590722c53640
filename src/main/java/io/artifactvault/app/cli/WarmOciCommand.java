package io.artifactvault.app.cli;

import io.artifactvault.app.terminal.VersionText;
import io.artifactvault.config.ConfigException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vault warm oci}: has a running vault fetch images of registries before clients pull them. */
@Command(
        name = ImageOptions.COMMAND,
        description = "Have a running vault fetch images of container registries, with what refers to them, such as"
                + " signatures. Without --platform, for all platforms."
                + " A second run continues where the first one ended. 'vault warm oci://IMAGE' is the same.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all of them are stored",
            "1:some files could not be fetched, or an image lacks a platform",
            "2:incorrect usage, or a file that cannot be read"
        })
final class WarmOciCommand extends JobCommand {
    @Mixin
    private ImageOptions images = new ImageOptions();

    @Option(
            names = "--dry-run",
            description = "Report the amount to fetch and the amount already stored; fetch manifests, and no layers.")
    private boolean dryRun;

    @Option(
            names = "--pin",
            paramLabel = "NAME",
            description =
                    "Verify the images and never evict them; they replace those that were pinned under this name.")
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
        return images.wishes(pin);
    }
}
