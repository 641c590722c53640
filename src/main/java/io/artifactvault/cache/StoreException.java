package io.artifactvault.cache;

import java.io.IOException;

/** The store cannot take content now; what upstream sends can still be passed on. */
final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final IOException disk;

    StoreException(IOException disk) {
        super(disk.toString(), disk);
        this.disk = disk;
    }

    /** What the disk said. */
    IOException disk() {
        return disk;
    }
}
