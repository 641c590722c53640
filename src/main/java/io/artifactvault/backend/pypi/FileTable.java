package io.artifactvault.backend.pypi;

import io.artifactvault.backend.pypi.dist.FileName;
import io.artifactvault.backend.pypi.dist.ProjectName;
import io.artifactvault.backend.pypi.text.Urls;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The files of one version of a project's page by their paths below the mount, as far as requests need to know them.
 * Thread-safe.
 */
final class FileTable {
    private final Map<String, Row> byPath;
    private final Map<String, Row> byName;
    private final Instant[] ripening;
    private final Extractions extractions = new Extractions();
    private final int never;

    /**
     * @param file without the keys that only the page needs
     * @param availableFrom by the age gate; empty for never
     */
    record Row(IndexFile file, Optional<Instant> availableFrom) {
        /** Of two rows for one file, the one that is available later: an index may list it twice. */
        static Row later(Row first, Row second) {
            boolean firstIsLater = second.availableFrom
                    .filter(time -> first.availableFrom
                            .filter(other -> !other.isAfter(time))
                            .isEmpty())
                    .isPresent();
            return firstIsLater ? first : second;
        }

        boolean isAvailable(Instant now) {
            return availableFrom.isPresent() && !availableFrom.get().isAfter(now);
        }
    }

    private FileTable(Map<String, Row> byPath, Map<String, Row> byName, Instant[] ripening, int never) {
        this.byPath = byPath;
        this.byName = byName;
        this.ripening = ripening;
        this.never = never;
    }

    /** Reads a stored page. Blocks while the input does. */
    static FileTable read(InputStream page, ProjectName project, FilePaths paths, AgeGate gate) throws IOException {
        Map<String, Row> byPath = new HashMap<>();
        Map<String, Row> byName = new HashMap<>();
        List<Instant> ripening = new ArrayList<>();
        AtomicInteger never = new AtomicInteger();
        JsonPage.read(page, new PageHandler() {
            @Override
            public void key(String key, String json) {}

            @Override
            public void file(IndexFile file) {
                if (!FileName.parse(file.name()).mayBelongTo(project)) {
                    return;
                }
                Row row = new Row(file.brief(), gate.availableFrom(project, file));
                Optional<String> path = Urls.resolve(paths.index(), file.url()).flatMap(paths::path);
                path.ifPresent(there -> byPath.merge(there, row, Row::later));
                byName.merge(file.name(), row, Row::later);
                // One by one, because a page may list several files of one name.
                row.availableFrom().filter(time -> time.isAfter(Instant.MIN)).ifPresent(ripening::add);
                never.addAndGet(row.availableFrom().isPresent() ? 0 : 1);
            }
        });
        return new FileTable(byPath, byName, ripening.stream().sorted().toArray(Instant[]::new), never.get());
    }

    /** @param path below the mount, in the spelling of {@link Urls#canonical} */
    Optional<Row> at(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    Optional<Row> named(String fileName) {
        return Optional.ofNullable(byName.get(fileName));
    }

    Collection<Row> rows() {
        return byName.values();
    }

    Extractions extractions() {
        return extractions;
    }

    /** How many files have become available by the age gate at that time. */
    int ripe(Instant now) {
        int at = Arrays.binarySearch(ripening, now);
        int after = at >= 0 ? at + 1 : -at - 1;
        while (after < ripening.length && !ripening[after].isAfter(now)) {
            after++;
        }
        return after;
    }

    /** When the next file becomes available; empty if none will. */
    Optional<Instant> nextRipe(Instant now) {
        int next = ripe(now);
        return next < ripening.length ? Optional.of(ripening[next]) : Optional.empty();
    }

    /** How many files the age gate withholds at that time. */
    int withheld(Instant now) {
        return never + ripening.length - ripe(now);
    }

    /** How much memory it takes, in files; a page without files takes as much as one. */
    int size() {
        return Math.max(1, Math.max(byName.size(), byPath.size()));
    }
}
