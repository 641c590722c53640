package io.artifactvault.cache;

import io.artifactvault.store.BlobFile;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** An answer's content. Whoever takes it closes it, written or not. */
public sealed interface Body extends AutoCloseable {
    @Override
    default void close() {}

    /** The same, before all of it was taken: the client has gone. */
    default void abandon() {
        close();
    }

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

        /** Where in the content it ends (exclusive), when that is known. */
        OptionalLong end() {
            return length.isPresent() ? OptionalLong.of(offset + length.getAsLong()) : length;
        }

        @Override
        public void close() {
            progress.leave(false);
        }

        @Override
        public void abandon() {
            progress.leave(true);
        }
    }

    /** How to go on when growing content was handed over: the disk failed, or stored content turned out damaged. */
    @FunctionalInterface
    interface Onward {
        /**
         * A body for the same part of the content, of which all before that byte is sent; has a lease of its own. Never
         * blocks.
         *
         * @return empty when there is no other way
         */
        Optional<Body> from(Growing body, long position);
    }

    /** Several bodies, one after the other; none of them is another sequence. */
    record Sequence(List<Body> parts) implements Body {
        public Sequence {
            parts = List.copyOf(parts);
        }

        @Override
        public void close() {
            parts.forEach(Body::close);
        }

        @Override
        public void abandon() {
            parts.forEach(Body::abandon);
        }
    }

    /** A body that is not kept. */
    record Piped(ChunkPipe pipe) implements Body {
        @Override
        public void close() {
            pipe.abandon();
        }
    }
}
