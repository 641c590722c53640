package io.artifactvault.backend.pypi;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** The tables of the pages that are used most, up to a number of files. Thread-safe; never blocks for long. */
final class FileTables {
    private final Cache<String, FileTable> tables;
    private final LongAdder dropped = new LongAdder();

    /** @param mostFiles in all tables; a table with more files than that counts as one of that many */
    FileTables(int mostFiles) {
        this.tables = Caffeine.newBuilder()
                .maximumWeight(mostFiles)
                .weigher((String _, FileTable table) -> Math.min(table.size(), mostFiles))
                .evictionListener((_, table, _) -> dropped.add(table == null ? 0 : table.size()))
                .executor(Runnable::run)
                .build();
    }

    /** @param key of one version of one page */
    Optional<FileTable> find(String key) {
        return Optional.ofNullable(tables.getIfPresent(key));
    }

    void keep(String key, FileTable table) {
        tables.put(key, table);
    }

    /** How many files were dropped since startup, because the limit was reached. */
    long dropped() {
        return dropped.sum();
    }
}
