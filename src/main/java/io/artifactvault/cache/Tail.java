package io.artifactvault.cache;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * The end of a body that the disk did not take, in memory, for the readers who followed it: where no validator lets the rest be asked
 * for again it is read on. Bounded. Filled by the fill's thread, then read by any.
 */
final class Tail {
    /** Longer ends are given up: their readers are cut. */
    private static final int LONGEST = 1 << 20;

    private final long offset;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** @param offset where it begins in the body */
    Tail(long offset) {
        this.offset = offset;
    }

    /** @throws IOException when it would become too long */
    void add(ByteBuffer more) throws IOException {
        if (bytes.size() + more.remaining() > LONGEST) {
            throw new IOException("more than " + LONGEST + " bytes came after the disk had failed");
        }
        byte[] chunk = new byte[more.remaining()];
        more.get(chunk);
        bytes.writeBytes(chunk);
    }

    /** What is left for a reader who has all before that byte, which is not before this tail. */
    Body from(long position, OptionalLong end) {
        int last = (int) Math.min(bytes.size(), end.orElse(Long.MAX_VALUE) - offset);
        int first = (int) (position - offset);
        return new Body.Piped(ChunkPipe.of(ByteBuffer.wrap(bytes.toByteArray(), first, last - first)));
    }
}
