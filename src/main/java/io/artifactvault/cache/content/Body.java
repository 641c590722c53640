package io.artifactvault.cache.content;

import io.artifactvault.store.blob.BlobFile;
import io.artifactvault.store.blob.ChangedFileException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The content of a response. The owner must close it, whether or not it was written. */
public sealed interface Body extends AutoCloseable {
    @Override
    default void close() {}

    /** Closes the body before it was written completely, because the client has left. */
    default void abandon() {
        close();
    }

    /** No content: HEAD, 304, 204. */
    record None() implements Body {}

    /** A small body in memory. */
    record Bytes(byte[] array) implements Body {}

    /** A part of content that is read from a file. */
    sealed interface OfFile extends Body permits Slice, Growing {
        BlobFile file();

        /** The channel of the file, to use for positional reads and sendfile only. */
        default FileChannel channel() {
            return file().channel();
        }

        /**
         * Reads one byte of the file at that position, to detect before sendfile an error that sendfile cannot
         * distinguish from a broken connection.
         *
         * @throws IOException if it cannot be read now, or the file ends before it
         */
        default void probe(long position) throws IOException {
            file().probe(position);
        }

        /** The position in the content at which it begins. */
        long offset();

        /** The position in the content at which it ends (exclusive), if that is known. */
        OptionalLong end();

        /** How to continue when the file becomes unusable. */
        Onward onward();

        /**
         * Checks that the bytes read so far may be followed by more of the file. One system call.
         *
         * @throws ChangedFileException if the file was changed in the meantime
         */
        void requireSameBytes() throws ChangedFileException;
    }

    /** A part of complete content. */
    record Slice(BlobFile file, long offset, long length, Onward onward) implements OfFile {
        @Override
        public OptionalLong end() {
            return OptionalLong.of(offset + length);
        }

        @Override
        public void requireSameBytes() throws ChangedFileException {
            file.requireSameBytes();
        }

        @Override
        public void close() {
            file.close();
        }
    }

    /**
     * A part of content that may still grow; the body owns its lease on the file.
     *
     * @param length bytes to deliver; empty for all remaining bytes
     */
    record Growing(Progress progress, long offset, OptionalLong length, Onward onward) implements OfFile {
        @Override
        public BlobFile file() {
            return progress.file();
        }

        /**
         * Does nothing: a file that is being written changes all the time, and of a file that is being checked only the
         * checked part is read.
         */
        @Override
        public void requireSameBytes() throws ChangedFileException {
            if (progress.isComplete()) {
                progress.file().requireSameBytes();
            }
        }

        @Override
        public OptionalLong end() {
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

    /** Another source for the rest of a body, if the fill was handed over or the file can no longer be read. */
    @FunctionalInterface
    interface Onward {
        /** No other source exists. */
        Onward NONE = (_, _) -> Optional.empty();

        /**
         * Returns a body for the rest of the same part of the content, from the given position on; it has its own lease
         * on the file. Never blocks.
         *
         * @return empty if there is no other source
         */
        Optional<Body> from(Growing body, long position);

        /**
         * Returns a body for the rest when the disk no longer delivers the file, or the file was changed.
         *
         * @param why a {@link ChangedFileException}, or the failure to read it
         */
        default Optional<Body> pastTheDisk(OfFile body, long position, IOException why) {
            return Optional.empty();
        }
    }

    /** A sequence of bodies, which are sent one after the other; sequences are not nested. */
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

    /** A body that is passed through without being stored. */
    record Piped(ChunkPipe pipe) implements Body {
        @Override
        public void close() {
            pipe.abandon();
        }
    }
}
