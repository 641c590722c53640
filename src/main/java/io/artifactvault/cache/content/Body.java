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

    /** The same, before all of it was taken: the client has gone. */
    default void abandon() {
        close();
    }

    /** Nothing: HEAD, 304, 204. */
    record None() implements Body {}

    /** A small body in memory. */
    record Bytes(byte[] array) implements Body {}

    /** A part of content that is read from a file. */
    sealed interface OfFile extends Body permits Slice, Growing {
        BlobFile file();

        /** For positional reads and sendfile only. */
        default FileChannel channel() {
            return file().channel();
        }

        /**
         * Reads one byte of the file there, to know before sendfile what sendfile cannot tell from a broken connection.
         *
         * @throws IOException when it cannot be read now, or the file ends before it
         */
        default void probe(long position) throws IOException {
            file().probe(position);
        }

        /** Where in the content it begins. */
        long offset();

        /** Where in the content it ends (exclusive), when that is known. */
        OptionalLong end();

        /** How to go on where the file is of no use any more. */
        Onward onward();

        /**
         * Whether what was read so far may be followed by more of the file. One system call.
         *
         * @throws ChangedFileException when somebody has changed it meanwhile
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
     * A part of content that may still grow; the lease on the file is this body's own.
     *
     * @param length bytes to deliver; empty for all there will be
     */
    record Growing(Progress progress, long offset, OptionalLong length, Onward onward) implements OfFile {
        @Override
        public BlobFile file() {
            return progress.file();
        }

        /** A file that is still written changes all the time; one that is still checked is not read beyond what was. */
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

    /** How to go on when growing content was handed over, or a file cannot be read any more. */
    @FunctionalInterface
    interface Onward {
        /** No other way. */
        Onward NONE = (_, _) -> Optional.empty();

        /**
         * A body for the same part of the content, of which all before that byte is sent; has a lease of its own. Never
         * blocks.
         *
         * @return empty when there is no other way
         */
        Optional<Body> from(Growing body, long position);

        /**
         * The same where the disk gives no more of the file, or somebody has changed it.
         *
         * @param why a {@link ChangedFileException}, or the failure to read it
         */
        default Optional<Body> pastTheDisk(OfFile body, long position, IOException why) {
            return Optional.empty();
        }
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
