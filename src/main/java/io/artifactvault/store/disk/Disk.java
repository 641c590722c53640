package io.artifactvault.store.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * The disk operations that may fail, one method each, so that a test can make each of them fail. All changes to the
 * blob folders are made through this interface. Blocking, thread-safe.
 */
public interface Disk {
    /** Creates a file, open for reading and writing; fails when a file of that name exists. */
    FileChannel create(Path file) throws IOException;

    /** Opens an existing file for reading; fails on a symbolic link. */
    FileChannel open(Path file) throws IOException;

    /** Opens an existing file for reading and writing; fails on a symbolic link. */
    FileChannel resume(Path file) throws IOException;

    /** Writes all of the bytes at that position. */
    void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException;

    /**
     * Forces content and length to the disk (fsync), where they are durable when this returns; after a failure it is
     * unknown which bytes are durable.
     */
    void force(FileChannel channel) throws IOException;

    /** Forces the names in that folder to the disk, where they are durable when this returns. */
    void forceFolder(Path folder) throws IOException;

    /** Renames atomically; replaces a file or a link of that name. */
    void move(Path from, Path to) throws IOException;

    /** Creates one folder; its parent must exist. */
    void makeFolder(Path folder) throws IOException;

    /** Removes a file if it exists. */
    void delete(Path file) throws IOException;

    /** The kind of file at that path; fails when the kind cannot be determined, which proves nothing about the file. */
    Kind kind(Path path) throws IOException;

    /** The file's current stamp; fails when there is no such file. Fast enough for an event loop. */
    FileStamp stamp(Path file) throws IOException;

    /** The paths in that folder, in no particular order. */
    List<Path> list(Path folder) throws IOException;

    /** The kinds of file that a path may have. */
    enum Kind {
        /** A regular file. */
        FILE,
        FOLDER,
        /** Anything else: a link, a pipe, a device. */
        OTHER,
        /** No file: the folder exists, and the name is not in it. */
        NOTHING
    }
}
