package io.artifactvault.origin.wire;

import io.artifactvault.origin.OriginFailure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.util.Optional;

/**
 * The dialogue with a proxy before it relays octets: requests a connection to an origin, reads the proxy's responses
 * octet by octet, and leaves the pipeline. Confined to the channel's event loop; never waits.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The results of writes and closes arrive as events of the channel.
abstract class ProxyDialogue extends ChannelInboundHandlerAdapter {
    private final Promise<Optional<OriginFailure>> refusal;

    /** @param refusal completes with why the proxy does not connect, or empty once it has connected */
    ProxyDialogue(Promise<Optional<OriginFailure>> refusal) {
        this.refusal = refusal;
    }

    /** Sends the first message. Called when the proxy is connected. */
    abstract void begin(ChannelHandlerContext ctx);

    /** Processes more octets from the proxy, which the caller releases. */
    abstract void received(ChannelHandlerContext ctx, ByteBuf octets);

    @Override
    public final void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) {
            begin(ctx);
            ctx.read();
        } else {
            refusal.tryFailure(new IOException("the proxy closed the connection"));
        }
    }

    @Override
    public final void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf octets = (ByteBuf) message;
        try {
            if (!refusal.isDone()) {
                received(ctx, octets);
            }
        } finally {
            octets.release();
        }
    }

    /** Reports that the proxy has connected. The origin behind it sends nothing before the vault does. */
    final void connected(ChannelHandlerContext ctx) {
        ctx.pipeline().remove(this);
        refusal.trySuccess(Optional.empty());
    }

    final void refused(OriginFailure why) {
        refusal.trySuccess(Optional.of(why));
    }

    final void fail(ChannelHandlerContext ctx, String why) {
        fail(ctx, new IOException(why));
    }

    private void fail(ChannelHandlerContext ctx, Throwable cause) {
        refusal.tryFailure(cause);
        ctx.close();
    }

    @Override
    public final void channelReadComplete(ChannelHandlerContext ctx) {
        if (!refusal.isDone()) {
            ctx.read();
        }
        ctx.fireChannelReadComplete();
    }

    @Override
    public final void channelInactive(ChannelHandlerContext ctx) {
        refusal.tryFailure(new IOException("the proxy closed the connection"));
        ctx.fireChannelInactive();
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, cause);
    }
}
