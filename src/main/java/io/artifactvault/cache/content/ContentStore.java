package io.artifactvault.cache.content;

import io.artifactvault.http.Digest;
import io.artifactvault.store.blob.BlobStore;
import io.artifactvault.store.blob.BlobWriter;
import io.artifactvault.store.index.EntryIndex;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The store as seen by its writers: content files and their index entries. For threads that may wait. Thread-safe.
 *
 * @param contents reads the same content
 * @param news counts stored content
 */
public record ContentStore(BlobStore blobs, EntryIndex index, ContentCache contents, StoreNews news) {
    /**
     * Starts to write content, or goes on with what an earlier writer of the same digest left.
     *
     * @throws StoreException when the store cannot take it
     */
    public BlobWriter create(OptionalLong length, Optional<Digest> content) {
        try {
            return blobs.create(length, content);
        } catch (IOException e) {
            throw new StoreException(e);
        }
    }

    /**
     * Makes verified content durable, and then known to the index.
     *
     * @param content the digest by which upstream names it, when it does
     * @return its sha256
     */
    public Digest commit(BlobWriter writer, Optional<Digest> content) throws IOException {
        long length = writer.extents().end();
        Digest sha256 = writer.commit();
        Optional<Digest> alias = content.filter(digest -> !digest.equals(sha256));
        index.putBlob(sha256, length, alias, Optional.of(writer.checksums()));
        return sha256;
    }

    /** Whether an earlier writer left part of it. */
    public boolean hasPartial(Optional<Digest> content) {
        return content.filter(blobs::hasPartial).isPresent();
    }

    /** Whether all of it is stored. */
    public boolean holds(Optional<Digest> content) {
        return content.filter(contents::holds).isPresent();
    }
}
