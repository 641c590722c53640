package io.artifactvault.backend.pypi;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The tables of the pages that were read last, up to a number of files. Thread-safe; never blocks for long.
 */
final class FileTables {
    private final int mostFiles;

    // Both guarded by this; the least recently used table comes first.
    private final Map<String, FileTable> tables = new LinkedHashMap<>(16, 0.75f, true);
    private int files;

    FileTables(int mostFiles) {
        this.mostFiles = mostFiles;
    }

    /** @param key of one version of one page */
    synchronized Optional<FileTable> find(String key) {
        return Optional.ofNullable(tables.get(key));
    }

    synchronized void keep(String key, FileTable table) {
        FileTable before = tables.put(key, table);
        files += table.size() - (before == null ? 0 : before.size());
        var oldest = tables.entrySet().iterator();
        while (files > mostFiles && tables.size() > 1) {
            FileTable evicted = oldest.next().getValue();
            files -= evicted.size();
            oldest.remove();
        }
    }
}
