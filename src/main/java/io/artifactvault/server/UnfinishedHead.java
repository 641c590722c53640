package io.artifactvault.server;

import io.artifactvault.cache.content.MemoryBudget;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request that has not arrived completely: whether there is one, and the memory that it occupies. Called
 * by the connection; confined to the channel's event loop.
 */
final class UnfinishedHead {
    private final ServerContext server;
    private boolean begun;
    private MemoryBudget.@Nullable Hold hold;

    UnfinishedHead(ServerContext server) {
        this.server = server;
    }

    /** Whether a part of a head has arrived. */
    boolean isBegun() {
        return begun;
    }

    /** Counts the memory that the head now occupies; returns false if the budget has no room for it. */
    boolean occupies(ChannelHandlerContext context, long memory) {
        begun = true;
        MemoryBudget.Hold mine = hold == null ? server.memory().hold(server.peerOf(context)) : hold;
        hold = mine;
        return mine.resize(memory);
    }

    /** The head has arrived completely, or its connection has ended. */
    void end() {
        begun = false;
        if (hold != null) {
            hold.close();
            hold = null;
        }
    }
}
