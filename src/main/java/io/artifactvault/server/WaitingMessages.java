package io.artifactvault.server;

import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.server.wire.HeadSize;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a connection that arrived behind the request in progress (pipelining), in order, and the memory that
 * they occupy. Called by the connection; confined to the channel's event loop.
 */
final class WaitingMessages {
    private static final int MOST = 64;
    private static final int CONTENT_OVERHEAD = 64;

    private final ServerContext server;

    /** Created when the first message has to wait: most connections never pipeline. */
    private @Nullable Queue<Object> messages;

    private MemoryBudget.@Nullable Hold hold;

    WaitingMessages(ServerContext server) {
        this.server = server;
    }

    boolean isEmpty() {
        return messages == null || messages.isEmpty();
    }

    /** Whether reading from the connection should pause until some messages are taken. */
    boolean isFull() {
        return messages != null && messages.size() >= MOST;
    }

    /** Whether the first message is content of a request whose head was taken before. */
    boolean beginWithContent() {
        return messages != null && messages.peek() instanceof HttpContent;
    }

    /**
     * Takes ownership of the message, unless there is no memory for it: then returns false, and the caller keeps
     * ownership.
     */
    boolean add(ChannelHandlerContext context, Object message) {
        MemoryBudget.Hold mine = hold == null ? server.memory().hold(server.peerOf(context)) : hold;
        hold = mine;
        if (!mine.grow(memory(message))) {
            return false;
        }
        Queue<Object> queue = messages == null ? new ArrayDeque<>() : messages;
        messages = queue;
        queue.add(message);
        return true;
    }

    /** Removes and returns the first message, which the caller then owns; null if there is none. */
    @Nullable
    Object poll() {
        Object first = messages == null ? null : messages.poll();
        if (first != null && hold != null) {
            hold.shrink(memory(first));
        }
        return first;
    }

    private static long memory(Object message) {
        return switch (message) {
            case HttpRequest head -> HeadSize.memory(head, HeadSize.octets(head));
            case HttpContent content ->
                CONTENT_OVERHEAD + (long) content.content().readableBytes();
            default -> CONTENT_OVERHEAD;
        };
    }

    /** Releases all messages and the memory that they occupied. */
    void clear() {
        if (messages != null) {
            messages.forEach(ReferenceCountUtil::release);
            messages.clear();
        }
        if (hold != null) {
            hold.close();
            hold = null;
        }
    }
}
