package io.artifactvault.cache.content;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Hasher;
import io.artifactvault.store.Peek;
import io.artifactvault.store.Verify;
import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.store.blob.BlobStore;
import io.artifactvault.store.blob.Damage;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.EntryIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads stored content, with small bodies cached in memory. Every lookup comes in two forms: {@code peek} never blocks
 * and may leave the result unknown; {@code load} may read the disk and always determines it. Thread-safe.
 */
public final class ContentCache {
    private static final Logger log = LoggerFactory.getLogger(ContentCache.class);

    /** Bodies up to this many bytes are served from memory. */
    static final int SMALL = 64 * 1024;

    private final EntryIndex index;
    private final BlobStore blobs;
    private final Verify verify;
    private final Cache<Digest, byte[]> small;

    public ContentCache(EntryIndex index, BlobStore blobs, Verify verify, long memoryBytes) {
        this.verify = verify;
        this.index = index;
        this.blobs = blobs;
        this.small = Caffeine.newBuilder()
                .maximumWeight(memoryBytes)
                .weigher((Digest digest, byte[] body) -> body.length + 200)
                .build();
    }

    /** The entry's content; absent if it is not stored. */
    public Peek<Content> peekContent(Entry entry) {
        Peek<Digest> sha256 = peekSha256(entry);
        return switch (sha256) {
            case Peek.Found<Digest>(Digest digest) -> peekContent(digest);
            case Peek.Absent<Digest> _ -> new Peek.Absent<>();
            case Peek.Unknown<Digest> _ -> new Peek.Unknown<>();
        };
    }

    private Peek<Digest> peekSha256(Entry entry) {
        if (entry.blob().isPresent()) {
            return new Peek.Found<>(entry.blob().get());
        }
        return entry.content().map(index::peekBlob).orElseGet(Peek.Absent::new);
    }

    private Peek<Content> peekContent(Digest sha256) {
        byte[] bytes = small.getIfPresent(sha256);
        if (bytes != null) {
            return new Peek.Found<>(new Content.InMemory(bytes));
        }
        return switch (blobs.peek(sha256)) {
            case Peek.Found<BlobFile>(BlobFile file) -> stored(sha256, file);
            case Peek.Absent<BlobFile> _ -> new Peek.Absent<>();
            case Peek.Unknown<BlobFile> _ -> new Peek.Unknown<>();
        };
    }

    /** A file that changed since it was checked is left to {@code load}, which has it checked again. */
    private Peek<Content> stored(Digest sha256, BlobFile file) {
        // Small content is served from memory; {@code load} reads it into memory.
        if (file.isUnchanged() && file.length() > SMALL && !needsCheck(sha256, file)) {
            return new Peek.Found<>(new Content.Stored(file, file.length()));
        }
        file.close();
        return new Peek.Unknown<>();
    }

    /**
     * The entry's content, if it is stored; an entry whose file is missing or damaged is removed, but not an entry
     * whose file only cannot be read now.
     */
    public Loaded loadContent(Entry entry) {
        Optional<Digest> sha256 =
                entry.blob().isPresent() ? entry.blob() : entry.content().flatMap(index::loadBlob);
        return sha256.map(this::load).orElseGet(Loaded.Gone::new);
    }

    private Loaded load(Digest digest) {
        Optional<BlobFile> file;
        try {
            file = blobs.open(digest);
        } catch (IOException e) {
            return new Loaded.Unreadable(e);
        }
        if (file.isEmpty()) {
            index.removeBlob(digest);
            return new Loaded.Gone();
        }
        try {
            return read(digest, file.get());
        } catch (IOException e) {
            blobs.unreadable(digest, e);
            return new Loaded.Unreadable(e);
        }
    }

    private Loaded read(Digest digest, BlobFile file) throws IOException {
        long length;
        try {
            length = index.loadLength(digest).orElse(file.channel().size());
        } catch (IOException e) {
            file.close();
            throw e;
        }
        if (length <= SMALL) {
            return readSmall(digest, file);
        }
        return new Loaded.Here(
                needsCheck(digest, file)
                        ? new Content.Unchecked(file, digest, length)
                        : new Content.Stored(file, length));
    }

    /**
     * Reads a small file into memory. Hashes all of it regardless of the policy, because that costs less than the read.
     */
    private Loaded readSmall(Digest digest, BlobFile file) throws IOException {
        try (file) {
            ByteBuffer buffer =
                    ByteBuffer.allocate((int) Math.min(file.channel().size(), SMALL + 1L));
            while (buffer.hasRemaining() && file.channel().read(buffer, buffer.position()) >= 0) {
                // Reads to the end of the file.
            }
            Hasher hasher = Hasher.of(Digest.Algorithm.SHA256, 0);
            hasher.update(buffer.flip());
            if (hasher.finish().equals(digest)) {
                byte[] bytes = Arrays.copyOf(buffer.array(), buffer.limit());
                small.put(digest, bytes);
                return new Loaded.Here(new Content.InMemory(bytes));
            }
        }
        log.warn("Stored content {} is damaged; removing it from the store and fetching it again.", digest);
        discard(Damage.ofAll(digest, 0));
        return new Loaded.Gone();
    }

    /** Removes damaged content from the store, none of which is worth keeping. */
    private void discard(Damage damage) {
        Digest sha256 = damage.sha256();
        index.removeBlob(sha256);
        small.invalidate(sha256);
        try {
            blobs.demote(damage, sha256);
        } catch (IOException e) {
            log.warn("Could not remove damaged content {} from the store: {}", sha256, e.toString());
        }
    }

    private boolean needsCheck(Digest sha256, BlobFile file) {
        return verify == Verify.ALWAYS || !blobs.isVerified(sha256, file);
    }

    /** Records that this content is being served. Never blocks. */
    public void touch(Entry entry, Instant now) {
        entry.blob().ifPresent(sha256 -> index.touch(sha256, now));
    }

    /** Whether content with that digest is stored; for threads that may wait. */
    public boolean holds(Digest digest) {
        return index.loadBlob(digest).flatMap(this::length).isPresent();
    }

    /** The length of stored content; empty if its file is missing. For threads that may wait. */
    public Optional<Long> length(Digest sha256) {
        try {
            Optional<BlobFile> file = blobs.open(sha256);
            if (file.isEmpty()) {
                index.removeBlob(sha256);
                return Optional.empty();
            }
            try (BlobFile open = file.get()) {
                return Optional.of(
                        index.loadLength(sha256).orElse(open.channel().size()));
            }
        } catch (IOException e) {
            log.debug("Could not inspect stored content {}: {}", sha256, e.toString());
            return Optional.empty();
        }
    }
}
