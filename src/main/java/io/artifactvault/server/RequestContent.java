package io.artifactvault.server;

import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.cache.content.RequestFeed;
import io.artifactvault.http.RequestBody;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The content of one request on its way from the socket to the task that reads it. Counts the memory that it occupies,
 * and stops reading the socket while the task has enough. Called by the exchange, on the channel's event loop; the task
 * reads the {@link #body} on its own thread.
 */
final class RequestContent {
    private final ChannelHandlerContext context;
    private final MemoryBudget memory;
    private final String client;
    private final RequestFeed feed;

    /** Created when the first content arrives. */
    private MemoryBudget.@Nullable Hold hold;

    private RequestContent(ChannelHandlerContext context, MemoryBudget memory, String client, OptionalLong length) {
        this.context = context;
        this.memory = memory;
        this.client = client;
        // On the event loop, so that it cannot run between the feed's "full" and the stop of reading.
        this.feed = new RequestFeed(length, () -> context.executor().execute(this::readAgain));
    }

    /** Null if the head announces no content. */
    static @Nullable RequestContent of(
            ChannelHandlerContext context, HttpRequest head, MemoryBudget memory, String client) {
        boolean chunked = HttpUtil.isTransferEncodingChunked(head);
        long length = HttpUtil.getContentLength(head, 0L);
        return chunked || length != 0
                ? new RequestContent(context, memory, client, chunked ? OptionalLong.empty() : OptionalLong.of(length))
                : null;
    }

    RequestBody body() {
        return feed;
    }

    /** Copies the bytes to the reader; returns false, and copies nothing, if there is no memory for them. */
    boolean add(ByteBuf bytes) {
        if (!hasRoom(bytes.readableBytes())) {
            return false;
        }
        if (!feed.add(copy(bytes))) {
            context.channel().config().setAutoRead(false);
        }
        return true;
    }

    private boolean hasRoom(int more) {
        long held = feed.held() + more;
        if (held == 0) {
            return true;
        }
        MemoryBudget.Hold mine = hold == null ? memory.hold(client) : hold;
        hold = mine;
        return mine.resize(held);
    }

    private static ByteBuffer copy(ByteBuf bytes) {
        ByteBuffer copy = ByteBuffer.allocate(bytes.readableBytes());
        bytes.getBytes(bytes.readerIndex(), copy);
        return copy.flip();
    }

    /** Ends the content; {@code whole} tells whether all of it arrived. */
    void end(boolean whole) {
        feed.end(whole);
    }

    /** The client has left: a task that still reads gets an error. */
    void discard() {
        feed.discard();
        if (hold != null) {
            hold.close();
        }
    }

    /** The response has ended: any remaining content is read from the socket and dropped. */
    void skip() {
        discard();
        readAgain();
    }

    private void readAgain() {
        context.channel().config().setAutoRead(true);
    }
}
