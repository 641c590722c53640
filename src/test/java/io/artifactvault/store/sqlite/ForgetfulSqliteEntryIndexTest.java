package io.artifactvault.store.sqlite;

import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.index.EntryIndex;
import io.artifactvault.store.index.EntryIndexContract;
import java.io.IOException;
import java.nio.file.Path;

/** The index on disk without memory: every load goes through the changes that wait, or to the disk. */
final class ForgetfulSqliteEntryIndexTest extends EntryIndexContract {
    @Override
    public EntryIndex open(Path dir) throws IOException {
        return SqliteEntryIndex.open(StoreSettings.of(dir, 1L << 40, 0, 0));
    }
}
