package io.artifactvault.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.artifactvault.backend.Resource;
import io.artifactvault.http.Digest;
import io.artifactvault.store.BlobFile;
import io.artifactvault.store.BlobStore;
import io.artifactvault.store.Entry;
import io.artifactvault.store.EntryIndex;
import io.artifactvault.store.Peek;
import io.artifactvault.store.PointerValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the store holds, seen through memory. Every question comes twice: {@code peek} never blocks and may not know;
 * {@code load} may read the disk and always knows. Thread-safe.
 */
final class Shelf {
    private static final Logger log = LoggerFactory.getLogger(Shelf.class);

    /** Bodies up to this many bytes are answered from memory. */
    static final int SMALL = 64 * 1024;

    private final EntryIndex index;
    private final BlobStore blobs;
    private final Cache<Digest, byte[]> small;

    Shelf(EntryIndex index, BlobStore blobs, long memoryBytes) {
        this.index = index;
        this.blobs = blobs;
        this.small = Caffeine.newBuilder()
                .maximumWeight(memoryBytes)
                .weigher((Digest digest, byte[] body) -> body.length + 200)
                .build();
    }

    /** Empty when memory does not know. */
    Optional<Situation> peek(Resource resource) {
        Peek<PointerValue> pointer =
                resource.name().map(name -> index.peekPointer(name.key())).orElseGet(Peek.Absent::new);
        Peek<Instant> publicAt =
                resource.scope().map(scope -> index.peekPublic(scope.id())).orElseGet(Peek.Absent::new);
        if (pointer instanceof Peek.Unknown || publicAt instanceof Peek.Unknown) {
            return Optional.empty();
        }
        Optional<PointerValue> value = known(pointer);
        Resource actual = value.map(v -> resource.at(v.value())).orElse(resource);
        Peek<Entry> entry = index.peek(actual.key());
        return entry instanceof Peek.Unknown
                ? Optional.empty()
                : Optional.of(new Situation(actual, value, known(entry), known(publicAt)));
    }

    Situation load(Resource resource) {
        Optional<PointerValue> value = resource.name().flatMap(name -> index.loadPointer(name.key()));
        Resource actual = value.map(v -> resource.at(v.value())).orElse(resource);
        Optional<Instant> publicAt = resource.scope().flatMap(scope -> index.loadPublic(scope.id()));
        return new Situation(actual, value, index.load(actual.key()), publicAt);
    }

    /** The entry's content, if it is stored. */
    Peek<Content> peekContent(Entry entry) {
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
            case Peek.Found<BlobFile>(BlobFile file) -> stored(file);
            case Peek.Absent<BlobFile> _ -> new Peek.Absent<>();
            case Peek.Unknown<BlobFile> _ -> new Peek.Unknown<>();
        };
    }

    private static Peek<Content> stored(BlobFile file) {
        try {
            long length = file.channel().size();
            // Small content belongs in memory: let load read it there.
            if (length > SMALL) {
                return new Peek.Found<>(new Content.Stored(file, length));
            }
        } catch (IOException e) {
            log.warn("Could not look at a stored file: {}", e.toString());
        }
        file.close();
        return new Peek.Unknown<>();
    }

    /** The entry's content, if it is stored; a file found missing or of the wrong length is forgotten. */
    Optional<Content> loadContent(Entry entry) {
        Optional<Digest> sha256 =
                entry.blob().isPresent() ? entry.blob() : entry.content().flatMap(index::loadBlob);
        if (sha256.isEmpty()) {
            return Optional.empty();
        }
        Digest digest = sha256.get();
        try {
            Optional<BlobFile> file = blobs.open(digest);
            if (file.isPresent()) {
                return Optional.of(read(digest, file.get()));
            }
            index.removeBlob(digest);
        } catch (IOException e) {
            log.warn("Could not open stored content {}; asking upstream instead: {}", digest, e.toString());
        }
        return Optional.empty();
    }

    private Content read(Digest digest, BlobFile file) throws IOException {
        long length = file.channel().size();
        if (length > SMALL) {
            return new Content.Stored(file, length);
        }
        try (file) {
            ByteBuffer buffer = ByteBuffer.allocate((int) length);
            while (buffer.hasRemaining()) {
                if (file.channel().read(buffer, buffer.position()) < 0) {
                    throw new IOException("the file became shorter while it was read");
                }
            }
            small.put(digest, buffer.array());
            return new Content.InMemory(buffer.array());
        }
    }

    /** Whether content of that digest is stored; for fill threads. */
    boolean holds(Digest digest) {
        return index.loadBlob(digest).flatMap(this::length).isPresent();
    }

    /** The length of stored content; empty when its file is not there after all. For fill threads. */
    Optional<Long> length(Digest sha256) {
        try {
            Optional<BlobFile> file = blobs.open(sha256);
            if (file.isEmpty()) {
                index.removeBlob(sha256);
                return Optional.empty();
            }
            try (BlobFile open = file.get()) {
                return Optional.of(open.channel().size());
            }
        } catch (IOException e) {
            log.warn("Could not look at stored content {}: {}", sha256, e.toString());
            return Optional.empty();
        }
    }

    private static <T> Optional<T> known(Peek<T> peek) {
        return peek instanceof Peek.Found<T>(T value) ? Optional.of(value) : Optional.empty();
    }
}
