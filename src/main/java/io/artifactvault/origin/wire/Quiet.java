package io.artifactvault.origin.wire;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/** The last handler of a pipeline that is still being set up: closes the connection at unexpected octets and errors. */
@Sharable
@SuppressWarnings("FutureReturnValueIgnored") // The result of the close does not matter.
final class Quiet extends ChannelInboundHandlerAdapter {
    static final Quiet END = new Quiet();

    private Quiet() {}

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
        ctx.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
