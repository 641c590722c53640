package io.artifactvault.store;

import io.artifactvault.store.disk.EvictionSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the store is, how large it may grow, and how it is maintained.
 *
 * @param dir the cache folder; created (0700) when missing
 * @param memory bytes of small bodies and index rows held in memory
 * @param openFiles number of blob files kept open for the next hit
 * @param eviction how the store stays under its limit
 * @param partial how long incomplete content is kept for resumption
 * @param verify when stored content is checked against its checksums before it is served
 * @param scrubRate bytes per second that the scrubber reads in the background; 0 turns it off
 * @param folderCheck interval between two checks that the folder is still the one that was opened and has room
 */
public record StoreSettings(
        Path dir,
        long memory,
        int openFiles,
        EvictionSettings eviction,
        PartialSettings partial,
        Verify verify,
        long scrubRate,
        Duration folderCheck) {
    private static final Duration USUAL_CHECK = Duration.ofSeconds(1);

    /** Settings with the default interval between two checks of the folder. */
    public StoreSettings(
            Path dir,
            long memory,
            int openFiles,
            EvictionSettings eviction,
            PartialSettings partial,
            Verify verify,
            long scrubRate) {
        this(dir, memory, openFiles, eviction, partial, verify, scrubRate, USUAL_CHECK);
    }

    /** Settings with the defaults for everything that is not given. */
    public static StoreSettings of(Path dir, long maxSize, long memory, int openFiles) {
        return new StoreSettings(
                dir,
                memory,
                openFiles,
                EvictionSettings.upTo(maxSize),
                PartialSettings.defaults(),
                Verify.START,
                20L << 20);
    }
}
