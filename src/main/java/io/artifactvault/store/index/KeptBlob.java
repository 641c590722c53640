package io.artifactvault.store.index;

import io.artifactvault.http.Digest;
import io.artifactvault.store.disk.Blocks;
import java.time.Duration;
import java.time.Instant;

/**
 * What the index knows of a stored blob, as far as it matters for keeping it.
 *
 * @param sha256 its name
 * @param length in bytes
 * @param usedAt when somebody asked for it last, or when it came
 * @param uses how often it was asked for since it came
 */
public record KeptBlob(Digest sha256, long length, Instant usedAt, long uses) {
    /** How many bytes of the disk it takes. */
    public long allocated() {
        return Blocks.of(length);
    }

    /** What it is worth then. */
    public double valueAt(Instant now) {
        return EvictionPolicy.value(uses, length, Duration.between(usedAt, now).toMillis());
    }
}
