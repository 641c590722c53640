package io.artifactvault.app.cli;

import io.artifactvault.app.BackendTypes;
import io.artifactvault.config.ConfigException;
import io.artifactvault.config.ConfigReader;
import io.artifactvault.config.Overrides;
import io.artifactvault.config.VaultConfig;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names the configuration, shared by the commands that need one. */
final class ConfigFileOption {
    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "The configuration file, such as config-huggingface.yml.")
    private Path file = Path.of("config.yml");

    VaultConfig read(Overrides overrides) throws ConfigException {
        return new ConfigReader(BackendTypes.ALL).read(file, System.getenv(), overrides);
    }
}
