package io.artifactvault.store.blob;

import io.artifactvault.http.Digest;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.store.disk.Quarantine;
import io.artifactvault.store.disk.VaultLayout;
import io.artifactvault.store.disk.WatchedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns damaged content into a partial: a copy of the damaged bytes goes to quarantine, the good bytes stay on disk for
 * the next writer. The blob store calls it on workers. Thread-safe.
 */
final class Demotion {
    private static final Logger log = LoggerFactory.getLogger(Demotion.class);

    private final VaultLayout layout;
    private final WatchedDisk disk;
    private final Quarantine quarantine;
    private final Partials partials;
    private final StoredFiles files;

    Demotion(VaultLayout layout, WatchedDisk disk, Quarantine quarantine, Partials partials, StoredFiles files) {
        this.layout = layout;
        this.disk = disk;
        this.quarantine = quarantine;
        this.partials = partials;
        this.files = files;
    }

    /** Does what {@link BlobStore#demote} describes. */
    void demote(Damage damage, Digest expected) throws IOException {
        disk.refuseWhileSuspended();
        Digest sha256 = damage.sha256();
        long length = damage.length();
        Path path = layout.blob(sha256);
        boolean there = layout.holds(disk, sha256);
        if (there) {
            keepDamage(path, damage.good().gaps(length));
        }
        // This runs before the lock is taken: the disk may be full, and the thread that makes room also takes such
        // locks.
        boolean prepared = there && prepare(new PartialManifest(expected, length, damage.good()));
        boolean kept = false;
        try {
            kept = files.takeOut(sha256, prepared ? Optional.of(layout.partial(expected)) : Optional.empty());
        } finally {
            if (prepared) {
                partials.rested(expected);
            }
        }
        if (length > 0 && !kept) {
            throw new IOException("The damaged content " + sha256 + " was removed, but could not be kept as a partial");
        }
    }

    /**
     * Prepares the partial. Returns false if another writer writes the content, or if the disk fails: damaged content
     * is then removed, so that it is not found again.
     */
    private boolean prepare(PartialManifest good) {
        try {
            return partials.prepare(good);
        } catch (IOException e) {
            log.warn("Could not keep the intact bytes of {}: {}", good.digest(), e.toString());
            return false;
        }
    }

    private void keepDamage(Path path, List<ByteRange> damaged) {
        try {
            if (!damaged.isEmpty()) {
                Path copy = quarantine.copy(path, damaged);
                log.warn("{} is damaged at bytes {}; {} contains a copy of these bytes", path, inWords(damaged), copy);
            }
        } catch (IOException e) {
            log.warn("{} is damaged at bytes {}; could not copy these bytes: {}", path, inWords(damaged), e.toString());
        }
    }

    private static String inWords(List<ByteRange> ranges) {
        return ranges.stream().map(ByteRange::toString).collect(Collectors.joining(", "));
    }
}
