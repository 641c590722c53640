package io.artifactvault.store;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Hasher;
import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.store.blob.BlobStore;
import io.artifactvault.store.blob.BlobWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What the store's tests write, and how they look at what came of it. */
public final class StoredContent {
    public static final byte[] BYTES = "a tensor, more or less\n".repeat(5_000).getBytes(StandardCharsets.UTF_8);
    public static final Digest SHA256 = digest(Digest.Algorithm.SHA256, BYTES);
    public static final Digest SHA512 = digest(Digest.Algorithm.SHA512, BYTES);
    public static final Digest GIT_SHA1 = digest(Digest.Algorithm.GIT_BLOB_SHA1, BYTES);

    private StoredContent() {}

    public static Digest digest(Digest.Algorithm algorithm, byte[] bytes) {
        Hasher hasher = Hasher.of(algorithm, bytes.length);
        hasher.update(ByteBuffer.wrap(bytes));
        return hasher.finish();
    }

    public static StoreSettings settings(Path dir) {
        return StoreSettings.of(dir, 1L << 40, 16 << 20, 64);
    }

    public static Digest keep(BlobStore store, byte[] bytes) throws IOException {
        try (BlobWriter writer = store.create(OptionalLong.of(bytes.length), Optional.empty())) {
            write(writer, bytes);
            if (!writer.verify()) {
                throw new IllegalStateException("not verified");
            }
            return writer.commit();
        }
    }

    /** In pieces of odd sizes, as they come from a network. */
    public static void write(BlobWriter writer, byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; at += 10_007) {
            writer.write(writer.extents().end(), ByteBuffer.wrap(bytes, at, Math.min(10_007, bytes.length - at)));
        }
    }

    public static Optional<byte[]> read(BlobStore store, Digest sha256) throws IOException {
        Optional<BlobFile> file = store.open(sha256);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try (BlobFile open = file.get()) {
            return Optional.of(read(open));
        }
    }

    public static byte[] read(BlobFile file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) file.channel().size());
        while (buffer.hasRemaining() && file.channel().read(buffer, buffer.position()) >= 0) {
            // Until all is read.
        }
        return buffer.array();
    }

    /** Every file below the folder, without its folders. */
    public static List<Path> files(Path dir) {
        try (Stream<Path> all = Files.walk(dir)) {
            return all.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
