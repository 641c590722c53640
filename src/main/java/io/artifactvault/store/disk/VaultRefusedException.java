package io.artifactvault.store.disk;

import java.io.IOException;

/**
 * The cache folder cannot be used in its current state. The message is a sentence for the operator and includes the
 * remedy.
 */
public final class VaultRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    public VaultRefusedException(String message) {
        super(message);
    }
}
