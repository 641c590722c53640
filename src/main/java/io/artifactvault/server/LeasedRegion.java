package io.artifactvault.server;

import io.artifactvault.store.BlobFile;
import io.netty.channel.DefaultFileRegion;

/** A part of a stored file for sendfile. Does not close the file: the answer's body holds the lease. */
final class LeasedRegion extends DefaultFileRegion {
    LeasedRegion(BlobFile file, long position, long count) {
        super(file.channel(), position, count);
    }

    @Override
    protected void deallocate() {
        // The lease is given back when the answer's body is closed.
    }
}
