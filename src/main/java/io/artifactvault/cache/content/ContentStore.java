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
     * Starts to write content, or continues a partial file that an earlier writer of the same digest left.
     *
     * @throws StoreException if the store cannot accept it
     */
    public BlobWriter create(OptionalLong length, Optional<Digest> content) {
        try {
            return blobs.create(length, content);
        } catch (IOException e) {
            throw new StoreException(e);
        }
    }

    /**
     * Makes verified content durable, then adds it to the index.
     *
     * @param content the digest by which upstream names it, if it does
     * @return its sha256
     */
    public Digest commit(BlobWriter writer, Optional<Digest> content) throws IOException {
        long length = writer.extents().end();
        Digest sha256 = writer.commit();
        Optional<Digest> alias = content.filter(digest -> !digest.equals(sha256));
        index.putBlob(sha256, length, alias, Optional.of(writer.checksums()));
        return sha256;
    }

    /** Whether an earlier writer left a part of the content. */
    public boolean hasPartial(Optional<Digest> content) {
        return content.filter(blobs::hasPartial).isPresent();
    }

    /** Whether the whole content is stored. */
    public boolean holds(Optional<Digest> content) {
        return content.filter(contents::holds).isPresent();
    }
}
