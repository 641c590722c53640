package io.artifactvault.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.Set;

/**
 * Closes a connection that its client has ended while it was not read, because requests wait in it or an upload is not taken upstream.
 * The transport then reads although it was not asked to, until it comes to the end; all that could come before would be decoded and
 * kept in vain, and work that is done for this client would go on meanwhile. Only epoll knows the state of a connection that is not
 * read; with another transport the client has left once all is read. Confined to the channel's event loop.
 */
final class UnreadEnd extends ChannelInboundHandlerAdapter {
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
