package io.artifactvault.store;

import java.nio.file.Path;

final class InMemoryEntryIndexTest extends EntryIndexContract {
    @Override
    EntryIndex open(Path dir) {
        return new InMemoryEntryIndex();
    }
}
