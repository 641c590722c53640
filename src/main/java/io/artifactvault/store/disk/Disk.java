package io.artifactvault.store.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * The disk operations that may fail, one method each, so that a test can make each of them fail. Every change to the
 * blob folders uses this interface. Blocking, thread-safe.
 */
public interface Disk {
    /** A new file, open for reading and writing; fails when the name is taken. */
    FileChannel create(Path file) throws IOException;

    /** An existing file, open for reading; fails on a symbolic link. */
    FileChannel open(Path file) throws IOException;

    /** An existing file, open for reading and writing; fails on a symbolic link. */
    FileChannel resume(Path file) throws IOException;

    /** Writes all of the bytes at that position. */
    void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException;

    /** Content and length are on the platter when this returns; after a failure nobody knows what is (fsync). */
    void force(FileChannel channel) throws IOException;

    /** The names in that folder are on the platter when this returns. */
    void forceFolder(Path folder) throws IOException;

    /** Renames atomically; replaces a file or a link of that name. */
    void move(Path from, Path to) throws IOException;

    /** Makes one folder; its parent must be there. */
    void makeFolder(Path folder) throws IOException;

    /** Removes a file if it is there. */
    void delete(Path file) throws IOException;

    /** What lies at that path; fails when that cannot be told, which says nothing about what lies there. */
    Kind kind(Path path) throws IOException;

    /** What the file there is like now; fails when there is none. Fast enough for an event loop. */
    FileStamp stamp(Path file) throws IOException;

    /** What is in that folder, in no order. */
    List<Path> list(Path folder) throws IOException;

    /** The kinds of file that a path may have. */
    enum Kind {
        /** A regular file. */
        FILE,
        FOLDER,
        /** A link, a pipe, a device. */
        OTHER,
        /** The folder is there, and the name is not in it. */
        NOTHING
    }
}
