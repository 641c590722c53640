package io.artifactvault.store.index;

import io.artifactvault.http.Digest;
import io.artifactvault.store.disk.Blocks;
import java.time.Duration;
import java.time.Instant;

/**
 * The index's data about a stored blob that matters for eviction.
 *
 * @param sha256 its digest, which is its name
 * @param length in bytes
 * @param usedAt when it was last requested, or when it arrived
 * @param uses how often it was requested since it arrived
 */
public record KeptBlob(Digest sha256, long length, Instant usedAt, long uses) {
    /** The disk space that the blob occupies, in bytes. */
    public long allocated() {
        return Blocks.of(length);
    }

    /** The value of keeping the blob at that time. */
    public double valueAt(Instant now) {
        return EvictionPolicy.value(uses, length, Duration.between(usedAt, now).toMillis());
    }
}
