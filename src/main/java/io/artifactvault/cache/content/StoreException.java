package io.artifactvault.cache.content;

import io.artifactvault.store.disk.NoRoomException;
import java.io.IOException;
import org.slf4j.Logger;

/** The store cannot accept content now; upstream's response can still be passed on. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final IOException disk;

    public StoreException(IOException disk) {
        super(disk.toString(), disk);
        this.disk = disk;
    }

    /**
     * Logs for the operator that a response is passed through without being stored; as a warning, unless the store is
     * merely full, because a store that is full by its own limits is not a disk failure.
     */
    public void writeTo(Logger log, String title) {
        if (disk instanceof NoRoomException) {
            log.info("{}; passing {} through.", disk.getMessage(), title);
        } else {
            log.warn("Could not store {}, passing it through: {}", title, getMessage());
        }
    }

    /** The error that the disk reported. */
    IOException disk() {
        return disk;
    }
}
