package io.artifactvault.store.blob;

import io.artifactvault.http.Digest;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.store.disk.Disk;
import io.artifactvault.store.index.Extents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The file beside a partial that records which of its bytes are durable on disk. Text, one item per line, closed by a
 * checksum; any other text is not a valid manifest, and its partial is discarded. Immutable.
 *
 * <pre>
 * vault-partial 1
 * sha256:ab12…
 * 123456789
 * 0-33554431
 * 67108864-75497471
 * crc32c 0a1b2c3d
 * </pre>
 *
 * @param digest the digest that the content is expected to have
 * @param length its complete length in bytes
 * @param extents the bytes that were forced to the disk before this was written
 */
public record PartialManifest(Digest digest, long length, Extents extents) {
    private static final String MAGIC = "vault-partial 1";
    private static final String SUM = "crc32c ";
    private static final int MOST_BYTES = 16 << 20;
    private static final int LINES_AROUND = 4;

    public byte[] encode() {
        StringBuilder text = new StringBuilder();
        text.append(MAGIC)
                .append('\n')
                .append(digest)
                .append('\n')
                .append(length)
                .append('\n');
        for (ByteRange range : extents.ranges()) {
            text.append(range.first()).append('-').append(range.last()).append('\n');
        }
        return (text + sum(text.toString())).getBytes(StandardCharsets.UTF_8);
    }

    private static String sum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return SUM + String.format(Locale.ROOT, "%08x", crc.getValue()) + "\n";
    }

    /** The manifest in the file; empty when it is missing, damaged or of another version. */
    public static Optional<PartialManifest> read(Disk disk, Path file) throws IOException {
        if (disk.kind(file) != Disk.Kind.FILE) {
            return Optional.empty();
        }
        try (FileChannel channel = disk.open(file)) {
            return channel.size() > MOST_BYTES ? Optional.empty() : parse(text(channel));
        }
    }

    private static String text(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            // Reads to the end.
        }
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
    }

    private static Optional<PartialManifest> parse(String text) {
        int end = text.lastIndexOf(SUM);
        if (end < 0 || !text.substring(end).equals(sum(text.substring(0, end)))) {
            return Optional.empty();
        }
        List<String> lines = text.lines().toList();
        try {
            return lines.size() < LINES_AROUND || !lines.getFirst().equals(MAGIC)
                    ? Optional.empty()
                    : Digest.parse(lines.get(1)).map(digest -> of(digest, lines));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static PartialManifest of(Digest digest, List<String> lines) {
        Extents extents = Extents.NONE;
        for (String line : lines.subList(LINES_AROUND - 1, lines.size() - 1)) {
            int dash = line.indexOf('-');
            if (dash < 0) {
                throw new IllegalArgumentException("not a range");
            }
            extents = extents.with(
                    new ByteRange(Long.parseLong(line.substring(0, dash)), Long.parseLong(line.substring(dash + 1))));
        }
        return new PartialManifest(digest, Long.parseLong(lines.get(2)), extents);
    }
}
