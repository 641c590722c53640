package io.artifactvault.store.blob;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.artifactvault.http.Digest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blob files kept open for the next hit; the least useful are closed first. The cache holds one lease of each; eviction
 * releases only that lease, so readers continue. {@link #lease} never blocks; the other methods are for worker threads.
 * Thread-safe.
 */
final class OpenFiles {
    private static final Logger log = LoggerFactory.getLogger(OpenFiles.class);

    private final Cache<Digest, BlobFile> files;

    OpenFiles(int limit) {
        // Eviction runs in the thread that adds a file, a worker: event loops never close one.
        files = Caffeine.newBuilder()
                .maximumSize(limit)
                .executor(Runnable::run)
                .removalListener((@Nullable Digest _, @Nullable BlobFile file, RemovalCause _) -> release(file))
                .build();
    }

    /** A lease on the cached open file, if there is one. */
    Optional<BlobFile> lease(Digest sha256) {
        BlobFile file = files.getIfPresent(sha256);
        // An interrupt during a read closes the channel for all threads that share it; the file is then opened again.
        return file != null && file.channel().isOpen() && file.retain() ? Optional.of(file) : Optional.empty();
    }

    /** Whether a reader reads that content now through a file in this cache. */
    boolean isLent(Digest sha256) {
        BlobFile file = files.asMap().get(sha256);
        return file != null && file.leases() > 1;
    }

    /** Caches the file, with a separate lease, in place of any other file for that content. */
    void keep(Digest sha256, BlobFile file) {
        if (file.retain()) {
            files.put(sha256, file);
        }
    }

    void drop(Digest sha256) {
        files.invalidate(sha256);
    }

    void dropAll() {
        files.invalidateAll();
    }

    static void release(@Nullable BlobFile file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (RuntimeException e) {
            log.warn("Could not close a blob file; its descriptor may leak.", e);
        }
    }
}
