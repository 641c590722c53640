package io.artifactvault.server.wire;

import io.artifactvault.cache.content.Body;
import io.netty.channel.DefaultFileRegion;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A part of a stored file for sendfile. Does not close the file: the response body holds the lease. Confined to the
 * channel's event loop.
 *
 * <p>When the disk fails during sendfile, Netty mistakes that for a broken connection and closes it. The next byte is
 * therefore read before each call; sendfile itself stops before the first page that it cannot read. A region that
 * cannot be read further ends there: its write succeeds, {@link #transferred} returns the bytes sent and
 * {@link #failure} the reason why there are no more.
 */
final class LeasedRegion extends DefaultFileRegion {
    private final Body.OfFile part;
    private long probed = -1;
    private @Nullable IOException failure;

    LeasedRegion(Body.OfFile part, long position, long count) {
        super(part.channel(), position, count);
        this.part = part;
    }

    /** Netty calls this before each call of sendfile. */
    @Override
    public long count() {
        if (failure == null && transferred() != probed && transferred() < super.count()) {
            probe();
        }
        return failure == null ? super.count() : transferred();
    }

    private void probe() {
        try {
            part.probe(position() + transferred());
            probed = transferred();
        } catch (IOException e) {
            failure = e;
        }
    }

    Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    protected void deallocate() {
        // The lease is released when the response body is closed.
    }
}
