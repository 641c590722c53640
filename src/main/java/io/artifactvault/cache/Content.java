package io.artifactvault.cache;

import io.artifactvault.http.Digest;
import io.artifactvault.store.BlobFile;

/** Where an entry's content can be read from right now. File-backed content carries a lease. */
sealed interface Content {
    record InMemory(byte[] bytes) implements Content {}

    record Stored(BlobFile file, long length) implements Content {}

    /** Stored, but not yet checked since the start. */
    record Unchecked(BlobFile file, Digest sha256, long length) implements Content {}

    record Filling(Progress progress) implements Content {}
}
