package io.artifactvault.testhub;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The bytes of a file, readable at any offset: given ones, or ones made from a seed, which cost no memory however many they
 * are. The sha256 is computed once, by streaming, when first asked for. Safe for any thread.
 */
public final class Content {
    private static final int STEP = 1 << 16;
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long length;
    private final Source source;
    private Optional<String> sha256 = Optional.empty(); // guarded by this

    private Content(long length, Source source) {
        this.length = length;
        this.source = source;
    }

    /** Fills a part of an array with the bytes at an offset. */
    @FunctionalInterface
    private interface Source {
        void read(long offset, byte[] into, int from, int count);
    }

    /** Content with these bytes; the array must not change any more. */
    public static Content of(byte[] bytes) {
        return new Content(
                bytes.length,
                (offset, into, from, count) -> System.arraycopy(bytes, Math.toIntExact(offset), into, from, count));
    }

    /** Content with the UTF-8 bytes of a text. */
    public static Content of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Content made by offset from a seed: incompressible, different for each seed. */
    public static Content generated(long length, long seed) {
        return new Content(length, (offset, into, from, count) -> generate(seed, offset, into, from, count));
    }

    /** The same bytes with a pretended sha256, for files too long to hash in a test. */
    public Content claimingSha256(String hex) {
        Content claimed = new Content(length, source);
        claimed.sha256 = Optional.of(hex);
        return claimed;
    }

    public long length() {
        return length;
    }

    /** Copies {@code count} bytes at {@code offset} to {@code into}, from index {@code from}. */
    public void read(long offset, byte[] into, int from, int count) {
        if (offset < 0 || count < 0 || offset + count > length) {
            throw new IndexOutOfBoundsException("Bytes " + offset + "+" + count + " of " + length);
        }
        source.read(offset, into, from, count);
    }

    /** The bytes at an offset. */
    public byte[] bytes(long offset, int count) {
        byte[] bytes = new byte[count];
        read(offset, bytes, 0, count);
        return bytes;
    }

    /** All bytes; only for contents that fit in memory. */
    public byte[] bytes() {
        return bytes(0, Math.toIntExact(length));
    }

    /** The sha256 of all bytes, in hex. */
    public synchronized String sha256() {
        String known = sha256.orElseGet(() -> Digests.hex("SHA-256", this::feed));
        sha256 = Optional.of(known);
        return known;
    }

    /** Hands all bytes to a consumer, in pieces. */
    void feed(Digests.Feed feed) {
        byte[] buffer = new byte[(int) Math.min(STEP, Math.max(1, length))];
        for (long at = 0; at < length; at += buffer.length) {
            int count = (int) Math.min(buffer.length, length - at);
            read(at, buffer, 0, count);
            feed.bytes(buffer, count);
        }
    }

    private static void generate(long seed, long offset, byte[] into, int from, int count) {
        int at = 0;
        while (at < count) {
            long word = word(seed, (offset + at) >>> 3);
            int skip = (int) (offset + at) & 7;
            if (skip == 0 && count - at >= Long.BYTES) {
                WORDS.set(into, from + at, word);
                at += Long.BYTES;
            } else {
                into[from + at] = (byte) (word >>> (skip * 8));
                at++;
            }
        }
    }

    /** SplitMix64, random access. */
    private static long word(long seed, long index) {
        long z = seed * 0xD1342543DE82EF95L + (index + 1) * GOLDEN;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
