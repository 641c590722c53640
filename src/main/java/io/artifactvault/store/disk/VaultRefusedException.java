package io.artifactvault.store.disk;

import java.io.IOException;

/** The cache folder cannot be used as it is. The message is a sentence for the operator, with the remedy. */
public final class VaultRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    public VaultRefusedException(String message) {
        super(message);
    }
}
