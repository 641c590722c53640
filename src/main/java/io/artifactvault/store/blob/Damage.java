package io.artifactvault.store.blob;

import io.artifactvault.http.Digest;
import io.artifactvault.store.index.Extents;

/**
 * Proof that stored content is not what it should be: its bytes were read and are wrong, its length was looked up and is
 * wrong, or its folder was read and does not hold it. Content is taken out of the store for nothing less. What could not be
 * opened or read is an {@link java.io.IOException}, which proves nothing.
 *
 * @param sha256 its name
 * @param length the recorded length in bytes; 0 where nothing of it is worth keeping
 * @param good the bytes that are known to be right
 */
public record Damage(Digest sha256, long length, Extents good) {
    /** Nothing of it is there, or nothing of it is right. */
    public static Damage ofAll(Digest sha256, long length) {
        return new Damage(sha256, length, Extents.NONE);
    }
}
