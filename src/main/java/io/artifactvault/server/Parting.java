package io.artifactvault.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection in stages (RFC 9112 §9.6): the last answer, our end of the connection, and then for a while whatever the
 * client still sends, unread. Closed at once, a client in the middle of sending would get a reset, which may take the answer
 * away from it. The connection closes when the client closes it, and after {@link #LONGEST_MILLIS} in any case. Confined to
 * the channel's event loop.
 */
final class Parting extends ChannelInboundHandlerAdapter {
    private static final long LONGEST_MILLIS = 2_000;

    private Parting() {}

    /** To be called when the last answer was written. */
    @SuppressWarnings("FutureReturnValueIgnored") // the connection ends, however these end
    static void begin(ChannelHandlerContext context) {
        Channel channel = context.channel();
        if (!(channel instanceof DuplexChannel duplex) || !channel.isActive()) {
            channel.close();
            return;
        }
        channel.pipeline().addFirst(new Parting());
        duplex.shutdownOutput();
        channel.config().setAutoRead(true);
        channel.eventLoop().schedule(() -> channel.close(), LONGEST_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }
}
