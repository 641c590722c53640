package io.artifactvault.server;

import io.netty.channel.DefaultFileRegion;
import java.nio.channels.FileChannel;

/** A part of a stored file for sendfile. Does not close the file: the answer's body holds the lease. */
final class LeasedRegion extends DefaultFileRegion {
    LeasedRegion(FileChannel file, long position, long count) {
        super(file, position, count);
    }

    @Override
    protected void deallocate() {
        // The lease is given back when the answer's body is closed.
    }
}
