package io.artifactvault.app;

import io.artifactvault.config.VaultConfig;

/** Where the command line hands over to the composition root. */
final class Vaults {
    private Vaults() {}

    /** Serves until told to stop; returns the exit code. */
    static int run(VaultConfig config) {
        throw new UnsupportedOperationException(
                "the server with " + config.backends().size() + " backends is not here yet");
    }
}
