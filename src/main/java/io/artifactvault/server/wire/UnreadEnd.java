package io.artifactvault.server.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.Set;

/**
 * Closes a connection whose client left while the vault had paused reading, because requests wait or upstream does not
 * accept an upload. The transport would then read to the end although reading is paused; the data before the end would
 * be decoded and buffered in vain, and work for this client would continue until then. Only epoll reports the state of
 * a connection that is not read; with another transport the vault detects the closed connection only after it has read
 * all data. Confined to the channel's event loop.
 */
public final class UnreadEnd extends ChannelInboundHandlerAdapter {
    private static final int CLOSE = 7;
    private static final int CLOSE_WAIT = 8;

    /** States of TCP, as Linux numbers them, after an RST or a FIN of the client. */
    private static final Set<Integer> ENDED = Set.of(CLOSE, CLOSE_WAIT);

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (context.channel().config().isAutoRead() || !isEnded(context.channel())) {
            context.fireChannelRead(message);
            return;
        }
        ReferenceCountUtil.release(message);
        context.close();
    }

    private static boolean isEnded(Channel channel) {
        return channel.isActive()
                && channel instanceof EpollSocketChannel socket
                && ENDED.contains(socket.tcpInfo().state());
    }
}
