package io.artifactvault.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** An open file whose bytes cannot be read as long as the check says so. Not for sendfile. */
public final class UnreadableChannel extends FileChannel {
    /** Throws while reading is refused. */
    @FunctionalInterface
    public interface Check {
        void mayRead() throws IOException;
    }

    private final FileChannel channel;
    private final Check check;
    private final long good;

    UnreadableChannel(FileChannel channel, Check check) {
        this(channel, check, 0);
    }

    /** @param good bytes at its beginning that can be read all the same */
    public UnreadableChannel(FileChannel channel, Check check, long good) {
        this.channel = channel;
        this.check = check;
        this.good = good;
    }

    private void mayRead(long position) throws IOException {
        if (position >= good) {
            check.mayRead();
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        check.mayRead();
        return channel.read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        check.mayRead();
        return channel.read(targets, offset, length);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        mayRead(position);
        return channel.read(target, position);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        mayRead(position);
        return channel.transferTo(position, position < good ? Math.min(count, good - position) : count, target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return channel.write(source);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        return channel.write(sources, offset, length);
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        return channel.write(source, position);
    }

    @Override
    public long position() throws IOException {
        return channel.position();
    }

    @Override
    public FileChannel position(long newPosition) throws IOException {
        channel.position(newPosition);
        return this;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        channel.truncate(size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        channel.force(metaData);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
        return channel.transferFrom(source, position, count);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        check.mayRead();
        return channel.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return channel.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return channel.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        channel.close();
    }
}
