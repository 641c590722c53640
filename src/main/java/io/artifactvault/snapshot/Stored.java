package io.artifactvault.snapshot;

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
import java.util.Optional;

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

    /**
     * Does the same as {@link #content}, but first waits until a download that has received all bytes has made them
     * durable.
     */
    Optional<Digest> awaitContent(Resource resource) throws InterruptedException {
        Optional<Digest> content = content(resource);
        for (int i = 0; content.isEmpty() && i < MOST_PAUSES; i++) {
            Thread.sleep(PAUSE);
            content = content(resource);
        }
        return content;
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
            if (file.length() != listed.length()) {
                return false;
            }
            Digest expected = listed.digest().orElse(sha256);
            Hasher hasher = Hasher.of(expected.algorithm(), listed.length());
            ByteBuffer piece = ByteBuffer.allocate(PIECE);
            for (long at = 0; at < listed.length(); at += piece.limit()) {
                file.read(piece.clear().limit((int) Math.min(PIECE, listed.length() - at)), at);
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
