package io.artifactvault.store.disk;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;

/** The free space of the store's file system. Blocking. */
public interface Space {
    /** Bytes that this process may still write. */
    long usable() throws IOException;

    /** The total size of the file system in bytes. */
    long total() throws IOException;

    /** The file system of the cache folder. */
    static Space of(VaultLayout layout) {
        return new Space() {
            @Override
            public long usable() throws IOException {
                return store().getUsableSpace();
            }

            @Override
            public long total() throws IOException {
                return store().getTotalSpace();
            }

            private FileStore store() throws IOException {
                return Files.getFileStore(layout.dir());
            }
        };
    }
}
