package io.artifactvault.backend.pypi.dist;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The core metadata in a wheel, which is a zip archive (PEP 427): read by ranges from its end, so that little of the
 * wheel is needed. Every number in the archive is checked before it is used. Blocks while the ranges do; confined to one
 * thread.
 */
public final class WheelArchive {
    private static final String METADATA = ".dist-info/METADATA";
    private static final int LONGEST_METADATA = 8 << 20;
    private static final int LONGEST_DIRECTORY = 32 << 20;

    /** Usually contains the directory and the metadata, which builders write last. */
    private static final int USUAL_TAIL = 16 << 10;

    private static final int LONGEST_COMMENT = 0xffff;
    private static final int END = 0x06054b50;
    private static final int END_LENGTH = 22;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int LOCATOR_64_LENGTH = 20;
    private static final int END_64 = 0x06064b50;
    private static final int END_64_LENGTH = 56;
    private static final int ENTRY = 0x02014b50;
    private static final int ENTRY_LENGTH = 46;
    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_LENGTH = 30;
    private static final int ROOM_FOR_LOCAL_EXTRA = 128;
    private static final long IN_EXTRA = 0xffff_ffffL;
    private static final int EXTRA_64 = 1;
    private static final int ENCRYPTED = 1 | 1 << 6 | 1 << 13;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;

    private final Ranges ranges;
    private final long length;
    private byte[] tail = new byte[0];

    /** Reads exactly the bytes from an offset on. */
    @FunctionalInterface
    public interface Ranges {
        /** @throws IOException if they cannot be read */
        byte[] read(long offset, int count) throws IOException;
    }

    /** The central directory. */
    private record Directory(long offset, int length, long entries) {}

    /** One file of the archive. */
    private record Entry(String path, int flags, int method, long crc, long packed, long size, long offset) {}

    private WheelArchive(Ranges ranges, long length) {
        this.ranges = ranges;
        this.length = length;
    }

    /**
     * Reads the metadata.
     *
     * @param length of the archive
     * @throws IOException if a range cannot be read; or with a clause for clients if it is no wheel of that project and
     *     version
     */
    public static byte[] metadata(Ranges ranges, long length, ProjectName project, String version) throws IOException {
        return new WheelArchive(ranges, length).metadata(project, version);
    }

    private byte[] metadata(ProjectName project, String version) throws IOException {
        Directory directory = directory();
        List<Entry> found = entries(directory);
        if (found.size() != 1) {
            throw new IOException("the wheel has " + (found.isEmpty() ? "no" : "several") + " files *" + METADATA);
        }
        Entry entry = found.getFirst();
        if (!isOf(entry.path, project, version)) {
            throw new IOException("the metadata in the wheel is of another project or version than its name states");
        }
        return content(entry, directory);
    }

    private Directory directory() throws IOException {
        tail = ranges.read(length - Math.min(length, USUAL_TAIL), (int) Math.min(length, USUAL_TAIL));
        int at = end();
        if (at < 0 && length > tail.length) {
            int longer = (int) Math.min(length, END_LENGTH + LONGEST_COMMENT);
            tail = ranges.read(length - longer, longer);
            at = end();
        }
        if (at < 0) {
            throw new IOException("the wheel is not a zip archive, or it is truncated");
        }
        ByteBuffer end = buffer(tail, at, END_LENGTH);
        long entries = end.getShort(10) & 0xffff;
        long size = end.getInt(12) & IN_EXTRA;
        long offset = end.getInt(16) & IN_EXTRA;
        long limit = length - tail.length + at;
        if (entries == LONGEST_COMMENT || size == IN_EXTRA || offset == IN_EXTRA) {
            long end64 = end64(limit);
            if (end64 >= 0) {
                ByteBuffer numbers = buffer(bytes(end64, END_64_LENGTH), 0, END_64_LENGTH);
                require(numbers.getInt(0) == END_64, "its directory is missing");
                entries = numbers.getLong(32);
                size = numbers.getLong(40);
                offset = numbers.getLong(48);
                limit = end64;
            }
        }
        require(size >= 0 && offset >= 0 && offset <= limit && size <= limit - offset, "its directory is missing");
        require(size <= LONGEST_DIRECTORY, "its directory is longer than " + LONGEST_DIRECTORY + " bytes");
        return new Directory(offset, (int) size, entries);
    }

    /** The position in the tail of the record at the end of an archive; negative if there is none. */
    private int end() {
        for (int at = tail.length - END_LENGTH; at >= 0; at--) {
            ByteBuffer end = buffer(tail, at, END_LENGTH);
            if (end.getInt(0) == END && (end.getShort(20) & 0xffff) == tail.length - at - END_LENGTH) {
                return at;
            }
        }
        return -1;
    }

    /** The offset of the record with the numbers that need 64 bits; negative if there is none. */
    private long end64(long end) throws IOException {
        if (end < LOCATOR_64_LENGTH) {
            return -1;
        }
        ByteBuffer locator = buffer(bytes(end - LOCATOR_64_LENGTH, LOCATOR_64_LENGTH), 0, LOCATOR_64_LENGTH);
        if (locator.getInt(0) != LOCATOR_64) {
            return -1;
        }
        long offset = locator.getLong(8);
        require(offset >= 0 && offset <= end - LOCATOR_64_LENGTH - END_64_LENGTH, "its directory is missing");
        return offset;
    }

    /** The files that may be its metadata: all at the top level with that ending. */
    private List<Entry> entries(Directory directory) throws IOException {
        byte[] all = bytes(directory.offset, directory.length);
        List<Entry> found = new ArrayList<>();
        long count = 0;
        int at = 0;
        while (at < all.length) {
            require(all.length - at >= ENTRY_LENGTH, "its directory is truncated");
            ByteBuffer fixed = buffer(all, at, ENTRY_LENGTH);
            int nameLength = fixed.getShort(28) & 0xffff;
            int extraLength = fixed.getShort(30) & 0xffff;
            int next = ENTRY_LENGTH + nameLength + extraLength + (fixed.getShort(32) & 0xffff);
            require(fixed.getInt(0) == ENTRY && next <= all.length - at, "its directory is damaged");
            String path = new String(all, at + ENTRY_LENGTH, nameLength, StandardCharsets.UTF_8);
            if (path.endsWith(METADATA) && path.indexOf('/') == path.lastIndexOf('/')) {
                found.add(entry(path, fixed, buffer(all, at + ENTRY_LENGTH + nameLength, extraLength)));
            }
            at += next;
            count++;
        }
        require(count == directory.entries, "its directory is damaged");
        return found;
    }

    private static Entry entry(String path, ByteBuffer fixed, ByteBuffer extra) throws IOException {
        long packed = fixed.getInt(20) & IN_EXTRA;
        long size = fixed.getInt(24) & IN_EXTRA;
        long offset = fixed.getInt(42) & IN_EXTRA;
        if (packed == IN_EXTRA || size == IN_EXTRA || offset == IN_EXTRA) {
            ByteBuffer numbers = extra64(extra);
            size = size == IN_EXTRA ? next(numbers) : size;
            packed = packed == IN_EXTRA ? next(numbers) : packed;
            offset = offset == IN_EXTRA ? next(numbers) : offset;
        }
        return new Entry(
                path,
                fixed.getShort(8) & 0xffff,
                fixed.getShort(10) & 0xffff,
                fixed.getInt(16) & IN_EXTRA,
                packed,
                size,
                offset);
    }

    /** The extra field with the numbers that need 64 bits. */
    private static ByteBuffer extra64(ByteBuffer extra) throws IOException {
        while (extra.remaining() >= 4) {
            int id = extra.getShort() & 0xffff;
            int count = extra.getShort() & 0xffff;
            require(count <= extra.remaining(), "its directory is damaged");
            if (id == EXTRA_64) {
                return extra.slice(extra.position(), count).order(ByteOrder.LITTLE_ENDIAN);
            }
            extra.position(extra.position() + count);
        }
        return ByteBuffer.allocate(0);
    }

    private static long next(ByteBuffer numbers) throws IOException {
        require(numbers.remaining() >= Long.BYTES, "its directory is damaged");
        return numbers.getLong();
    }

    /** {@code name-version.dist-info/METADATA}, in any spelling of the name and the version. */
    private static boolean isOf(String path, ProjectName project, String version) {
        String stem = path.substring(0, path.length() - METADATA.length());
        for (int at = stem.indexOf('-'); at > 0; at = stem.indexOf('-', at + 1)) {
            if (ProjectName.parse(stem.substring(0, at)).filter(project::equals).isPresent()
                    && Version.of(stem.substring(at + 1)).equals(Version.of(version))) {
                return true;
            }
        }
        return false;
    }

    private byte[] content(Entry entry, Directory directory) throws IOException {
        if ((entry.flags & ENCRYPTED) != 0) {
            throw new IOException("the metadata in the wheel is encrypted");
        }
        if (entry.method != STORED && entry.method != DEFLATED) {
            throw new IOException("the metadata in the wheel is compressed by the unknown method " + entry.method);
        }
        if (entry.size < 0 || entry.size > LONGEST_METADATA || entry.packed > LONGEST_METADATA) {
            throw new IOException("the metadata in the wheel is longer than " + LONGEST_METADATA + " bytes");
        }
        long room = directory.offset - entry.offset;
        require(
                entry.offset >= 0 && entry.packed >= 0 && room >= LOCAL_LENGTH + entry.packed,
                "its metadata is missing");
        int nameLength = entry.path.getBytes(StandardCharsets.UTF_8).length;
        byte[] first = bytes(
                entry.offset, (int) Math.min(room, LOCAL_LENGTH + nameLength + ROOM_FOR_LOCAL_EXTRA + entry.packed));
        ByteBuffer local = buffer(first, 0, LOCAL_LENGTH);
        int start = LOCAL_LENGTH + (local.getShort(26) & 0xffff) + (local.getShort(28) & 0xffff);
        boolean same = local.getInt(0) == LOCAL
                && (local.getShort(26) & 0xffff) == nameLength
                && (local.getShort(8) & 0xffff) == entry.method
                && LOCAL_LENGTH + nameLength <= first.length
                && new String(first, LOCAL_LENGTH, nameLength, StandardCharsets.UTF_8).equals(entry.path);
        require(same && room - start >= entry.packed, "its directory does not describe its files");
        byte[] packed = start + entry.packed <= first.length
                ? Arrays.copyOfRange(first, start, start + (int) entry.packed)
                : bytes(entry.offset + start, (int) entry.packed);
        byte[] content = entry.method == STORED ? packed : inflated(packed, (int) entry.size);
        CRC32 crc = new CRC32();
        crc.update(content);
        require(content.length == entry.size && crc.getValue() == entry.crc, "its metadata is damaged");
        return content;
    }

    private static byte[] inflated(byte[] packed, int size) throws IOException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed);
            // One more byte, so that the end of the data is seen, and content that is longer than stated.
            byte[] content = new byte[size + 1];
            int count = 0;
            int more = inflater.inflate(content);
            while (more > 0 && count + more < content.length) {
                count += more;
                more = inflater.inflate(content, count, content.length - count);
            }
            require(inflater.finished() && count + more == size, "its metadata is damaged");
            return Arrays.copyOf(content, size);
        } catch (DataFormatException e) {
            throw new IOException("the wheel is damaged: its metadata cannot be decompressed", e);
        } finally {
            inflater.end();
        }
    }

    /** From the tail, if it contains them. */
    private byte[] bytes(long offset, int count) throws IOException {
        long beforeTail = length - tail.length;
        if (offset >= beforeTail && count <= length - offset) {
            int from = (int) (offset - beforeTail);
            return Arrays.copyOfRange(tail, from, from + count);
        }
        return count == 0 ? new byte[0] : ranges.read(offset, count);
    }

    private static ByteBuffer buffer(byte[] bytes, int from, int count) {
        return ByteBuffer.wrap(bytes, from, count).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void require(boolean holds, String otherwise) throws IOException {
        if (!holds) {
            throw new IOException("the wheel is damaged: " + otherwise);
        }
    }
}
