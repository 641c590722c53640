package io.artifactvault.server.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection in stages (RFC 9112 §9.6): it sends the last response, closes the vault's side of the connection,
 * and then discards for a while what the client still sends. After an immediate close, a client in the middle of
 * sending would get a reset and might lose the response. The connection closes when the client closes it, and after
 * {@link #LONGEST_MILLIS} in any case. Confined to the channel's event loop.
 */
public final class Parting extends ChannelInboundHandlerAdapter {
    private static final long LONGEST_MILLIS = 2_000;

    private Parting() {}

    /** Called when the last response was written. */
    @SuppressWarnings("FutureReturnValueIgnored") // the connection ends regardless of the results of these calls
    public static void begin(ChannelHandlerContext context) {
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
