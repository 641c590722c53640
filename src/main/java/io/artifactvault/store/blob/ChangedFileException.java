package io.artifactvault.store.blob;

import java.io.IOException;

/** A stored file was changed by somebody else while it was read. */
public final class ChangedFileException extends IOException {
    private static final long serialVersionUID = 1L;

    public ChangedFileException() {
        super("the stored file was changed while it was read");
    }
}
