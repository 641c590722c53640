package io.artifactvault.cache;

import io.artifactvault.store.BlobFile;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.OptionalLong;

/** An answer's content. Whoever takes it closes it, written or not. */
public sealed interface Body extends AutoCloseable {
    @Override
    default void close() {}

    /** Nothing: HEAD, 304, 204. */
    record None() implements Body {}

    /** A small body in memory. */
    record Bytes(byte[] array) implements Body {}

    /** A part of complete content. */
    record Slice(BlobFile file, long offset, long length) implements Body {
        public FileChannel channel() {
            return file.channel();
        }

        @Override
        public void close() {
            file.close();
        }
    }

    /**
     * A part of content that may still grow; the lease on the file is this body's own.
     *
     * @param length bytes to deliver; empty for all there will be
     */
    record Growing(Progress progress, long offset, OptionalLong length, Onward onward) implements Body {
        public FileChannel channel() {
            return progress.file().channel();
        }

        @Override
        public void close() {
            progress.file().close();
        }
    }

    /** How to go on when the disk has failed under growing content. */
    @FunctionalInterface
    interface Onward {
        /**
         * The rest of the body from that byte of the content on; takes a lease of its own. Never blocks.
         *
         * @return empty when there is no other way
         */
        Optional<Piped> from(Growing body, long position);
    }

    /** A body that is not kept. */
    record Piped(ChunkPipe pipe) implements Body {
        @Override
        public void close() {
            pipe.abandon();
        }
    }
}
