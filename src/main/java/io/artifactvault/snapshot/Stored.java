package io.artifactvault.snapshot;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.SnapshotFile;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Hasher;
import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.store.blob.BlobStore;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.EntryIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The stored parts of a snapshot, as the operator sees them, without access checks. Blocking; thread-safe. */
record Stored(EntryIndex index, BlobStore blobs) {
    private static final int PIECE = 1 << 20;
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final int MOST_PAUSES = 3000;

    /** The entry that would serve a request for that resource if it were fresh. */
    Optional<Entry> entry(Resource resource) {
        Optional<Entry> byName = resource.name()
                .flatMap(name -> index.loadPointer(name.key()))
                .flatMap(pointer -> index.load(resource.at(pointer.value()).key()));
        return byName.isPresent() ? byName : index.load(resource.key());
    }

    /** The stored content of a resource; empty if it is missing or incomplete. */
    Optional<Digest> content(Resource resource) {
        return entry(resource).filter(entry -> entry.status() == 200).flatMap(this::content);
    }

    private Optional<Digest> content(Entry entry) {
        Optional<Digest> sha256 =
                entry.blob().isPresent() ? entry.blob() : entry.content().flatMap(index::loadBlob);
        return sha256.filter(this::isThere);
    }

    private boolean isThere(Digest sha256) {
        try (Opened file = new Opened(blobs.open(sha256))) {
            long length = file.length();
            return length >= 0 && index.loadLength(sha256).orElse(length) == length;
        } catch (IOException e) {
            // The file cannot be opened now, which does not prove that it is missing; its readers get the error.
            return true;
        }
    }

    /** Whether content with that digest is stored, under any name. */
    boolean holds(SnapshotFile file) {
        return file.digest().flatMap(index::loadBlob).filter(this::isThere).isPresent();
    }

    /** The content that a client would get without a byte from upstream, by the digest that upstream gave, too. */
    Optional<Digest> servable(Resource resource) {
        Optional<Digest> content = content(resource);
        return content.isPresent()
                ? content
                : resource.promised()
                        .flatMap(Facts::digest)
                        .flatMap(index::loadBlob)
                        .filter(this::isThere);
    }

    /** The stored contents of those resources. */
    Set<Digest> contents(List<Resource> resources) {
        Set<Digest> contents = new HashSet<>();
        resources.forEach(resource -> content(resource).ifPresent(contents::add));
        return contents;
    }

    /** The length of stored content, as the index has it. */
    Optional<Long> length(Digest sha256) {
        return index.loadLength(sha256);
    }

    /** Looks for content in the store. */
    @FunctionalInterface
    interface Look {
        Optional<Digest> content() throws SnapshotException, IOException;
    }

    /** Looks until a download that has received all bytes has also made them durable. */
    static Optional<Digest> await(Look look) throws SnapshotException, IOException, InterruptedException {
        Optional<Digest> content = look.content();
        for (int i = 0; content.isEmpty() && i < MOST_PAUSES; i++) {
            Thread.sleep(PAUSE);
            content = look.content();
        }
        return content;
    }

    /** Whether stored content is the file that a list names; reads it only if its digest is not known otherwise. */
    boolean isListed(Digest sha256, SnapshotFile listed) throws IOException {
        Optional<Digest> expected = listed.digest();
        return expected.isEmpty()
                || expected.get().equals(sha256)
                || index.loadBlob(expected.get()).filter(sha256::equals).isPresent()
                || (expected.get().algorithm() != Digest.Algorithm.SHA256 && isRight(sha256, listed));
    }

    Optional<byte[]> bytes(Resource resource) throws IOException {
        Optional<Digest> sha256 = content(resource);
        if (sha256.isEmpty()) {
            return Optional.empty();
        }
        try (Opened file = new Opened(blobs.open(sha256.get()))) {
            ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(Math.max(0, file.length())));
            file.read(all, 0);
            return Optional.of(all.array());
        }
    }

    /**
     * Whether the content is the file that the ecosystem lists. Reads all of it, and does not rely on earlier checks.
     */
    boolean isRight(Digest sha256, SnapshotFile listed) throws IOException {
        try (Opened file = new Opened(blobs.open(sha256))) {
            long length = file.length();
            if (length < 0 || (listed.isMeasured() && length != listed.length())) {
                return false;
            }
            Digest expected = listed.digest().orElse(sha256);
            Hasher hasher = Hasher.of(expected.algorithm(), length);
            ByteBuffer piece = ByteBuffer.allocate(PIECE);
            for (long at = 0; at < length; at += piece.limit()) {
                file.read(piece.clear().limit((int) Math.min(PIECE, length - at)), at);
                hasher.update(piece.flip());
            }
            return hasher.finish().equals(expected);
        }
    }

    /** An open file of the store, or none. */
    private record Opened(Optional<BlobFile> file) implements AutoCloseable {
        long length() throws IOException {
            return file.isPresent() ? file.get().channel().size() : -1;
        }

        void read(ByteBuffer target, long from) throws IOException {
            long at = from;
            while (file.isPresent() && target.hasRemaining()) {
                int count = file.get().channel().read(target, at);
                if (count < 0) {
                    throw new IOException("the stored file is shorter than its recorded length");
                }
                at += count;
            }
        }

        @Override
        public void close() {
            file.ifPresent(BlobFile::close);
        }
    }
}
