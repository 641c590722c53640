package io.artifactvault.store.index;

import java.nio.file.Path;

final class InMemoryEntryIndexTest extends EntryIndexContract {
    @Override
    public EntryIndex open(Path dir) {
        return new InMemoryEntryIndex();
    }
}
