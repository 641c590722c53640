package io.artifactvault.store.blob;

import java.io.IOException;

/** Another program changed a stored file while it was read. */
public final class ChangedFileException extends IOException {
    private static final long serialVersionUID = 1L;

    public ChangedFileException() {
        super("a program changed the stored file while the vault read it");
    }
}
