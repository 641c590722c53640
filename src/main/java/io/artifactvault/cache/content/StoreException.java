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

    /** Says once for an operator that something passes through; that the store is full by its own limits is no trouble of the disk. */
    public void tell(Logger log, String title) {
        if (disk instanceof NoRoomException) {
            log.info("{}; {} passes through.", disk.getMessage(), title);
        } else {
            log.warn("Could not store {}, passing it through: {}", title, getMessage());
        }
    }

    /** What the disk said. */
    IOException disk() {
        return disk;
    }
}
