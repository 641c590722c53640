package io.artifactvault.app;

import io.artifactvault.config.VaultConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the command line hands over to the composition root. */
final class Vaults {
    private static final Logger LOG = LoggerFactory.getLogger(Vaults.class);

    private Vaults() {}

    /** Serves until told to stop; returns the exit code. */
    static int run(VaultConfig config) {
        LOG.error(
                "The server is not here yet; {} backends were configured",
                config.backends().size());
        return Main.FAILURE;
    }
}
