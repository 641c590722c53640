package io.artifactvault.store.blob;

import io.artifactvault.http.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tracks stored content that cannot be read now: logs once when an episode of failures begins and once when it ends,
 * and counts the failures. An episode ends when all content that failed was read successfully, or after {@link #QUIET}
 * without a failure. Thread-safe; never blocks.
 */
final class ReadTrouble {
    private static final Logger log = LoggerFactory.getLogger(ReadTrouble.class);
    private static final Duration QUIET = Duration.ofMinutes(1);
    private static final int MOST = 10_000;

    private final Path dir;
    private final Clock clock;
    private final Set<Digest> unread = ConcurrentHashMap.newKeySet();
    private final LongAdder failures = new LongAdder();
    private Instant lastFailure = Instant.MIN; // guarded by this

    ReadTrouble(Path dir, Clock clock) {
        this.dir = dir;
        this.clock = clock;
    }

    void failed(Digest sha256, IOException why) {
        failures.increment();
        if (begins(sha256)) {
            log.warn(
                    "Could not read stored content {} in {}: {}. The vault removes nothing and serves clients from"
                            + " upstream; check the disk and the limit on open files.",
                    sha256,
                    dir,
                    why.toString());
        } else {
            log.debug("Could not read stored content {}: {}", sha256, why.toString());
        }
    }

    private synchronized boolean begins(Digest sha256) {
        Instant now = clock.instant();
        boolean quiet = unread.isEmpty() || lastFailure.plus(QUIET).isBefore(now);
        if (quiet) {
            unread.clear();
        }
        lastFailure = now;
        if (unread.size() < MOST) {
            unread.add(sha256);
        }
        return quiet;
    }

    /** Called when that content was read successfully, or no longer exists. */
    void worked(Digest sha256) {
        if (!unread.isEmpty() && unread.remove(sha256) && unread.isEmpty()) {
            log.info("Stored content in {} is readable again.", dir);
        }
    }

    /** The number of times since startup that content could not be read. */
    long failures() {
        return failures.sum();
    }
}
