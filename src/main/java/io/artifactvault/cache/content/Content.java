package io.artifactvault.cache.content;

import io.artifactvault.http.Digest;
import io.artifactvault.store.blob.BlobFile;
import java.util.OptionalLong;

/** A source from which an entry's content can be read now. File-backed content carries a lease. */
public sealed interface Content {
    /** The complete length, if known. */
    default OptionalLong size() {
        return switch (this) {
            case InMemory(byte[] bytes) -> OptionalLong.of(bytes.length);
            case Stored(var _, long bytes) -> OptionalLong.of(bytes);
            case Unchecked(var _, var _, long bytes) -> OptionalLong.of(bytes);
            case Filling(Progress progress) -> progress.length();
        };
    }

    record InMemory(byte[] bytes) implements Content {}

    record Stored(BlobFile file, long length) implements Content {}

    /** Stored content that has not been checked since startup. */
    record Unchecked(BlobFile file, Digest sha256, long length) implements Content {}

    record Filling(Progress progress) implements Content {}
}
