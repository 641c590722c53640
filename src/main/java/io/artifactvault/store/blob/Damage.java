package io.artifactvault.store.blob;

import io.artifactvault.http.Digest;
import io.artifactvault.store.index.Extents;

/**
 * Proof that stored content is damaged: its bytes were read and are wrong, its length was checked and is wrong, or its
 * folder was read and does not contain it. Only such proof removes content from the store. Content that cannot be
 * opened or read is an {@link java.io.IOException}, which proves nothing.
 *
 * @param sha256 the digest under which the content is stored
 * @param length the recorded length in bytes; 0 if no part of it can be reused
 * @param good the bytes that are known to be correct
 */
public record Damage(Digest sha256, long length, Extents good) {
    /** Damage to all of the content: it is missing, or all of it is wrong. */
    public static Damage ofAll(Digest sha256, long length) {
        return new Damage(sha256, length, Extents.NONE);
    }
}
