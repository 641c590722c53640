package io.artifactvault.origin;

import io.artifactvault.http.Scan;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * The first handler of a channel to a proxy: asks it to connect to an origin, reads its answer octet for octet, and gives
 * way to the handlers that speak with the origin itself. Confined to the channel's event loop; never waits.
 */
@SuppressWarnings("FutureReturnValueIgnored") // how writes and closes ended comes back as events of the channel
final class Tunnel extends ChannelInboundHandlerAdapter {
    private static final int LONGEST_ANSWER = 16 * 1024;
    private static final int STATUS = "HTTP/1.1 ".length();
    private static final int REASON = STATUS + 3;

    private final String connect;
    private final Promise<Integer> status;
    private final Consumer<ChannelHandlerContext> open;
    private final StringBuilder answer = new StringBuilder();

    /**
     * @param connect the whole request
     * @param status of the proxy's answer
     * @param open puts the next handlers in place; run before the promise is kept, when the proxy has connected
     */
    Tunnel(String connect, Promise<Integer> status, Consumer<ChannelHandlerContext> open) {
        this.connect = connect;
        this.status = status;
        this.open = open;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(Unpooled.copiedBuffer(connect, StandardCharsets.ISO_8859_1));
        ctx.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            answer.append(((ByteBuf) message).toString(StandardCharsets.ISO_8859_1));
        } finally {
            ReferenceCountUtil.release(message);
        }
        int end = answer.indexOf("\r\n\r\n");
        if (end >= 0) {
            answered(ctx, end + 4 == answer.length());
        } else if (answer.length() > LONGEST_ANSWER) {
            fail(ctx, new IOException("the proxy's answer is too long"));
        }
    }

    /** The origin behind the tunnel speaks only after us: more octets than the answer are nobody's. */
    private void answered(ChannelHandlerContext ctx, boolean clean) {
        String line = answer.substring(0, answer.indexOf("\r\n"));
        if (!isStatusLine(line)) {
            fail(ctx, new IOException("the proxy's answer is not HTTP"));
            return;
        }
        int code = Integer.parseInt(line.substring(STATUS, REASON));
        if (code / 100 == 2 && !clean) {
            fail(ctx, new IOException("the proxy sent more than its answer"));
            return;
        }
        if (code / 100 == 2) {
            open.accept(ctx);
            ctx.pipeline().remove(this);
        }
        status.trySuccess(code);
    }

    private static boolean isStatusLine(String line) {
        return (line.startsWith("HTTP/1.1 ") || line.startsWith("HTTP/1.0 "))
                && line.length() >= REASON
                && Scan.isNumber(line.substring(STATUS, REASON), 3)
                && (line.length() == REASON || line.charAt(REASON) == ' ');
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!status.isDone()) {
            ctx.read();
        }
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        status.tryFailure(new IOException("the proxy closed the connection"));
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, cause);
    }

    private void fail(ChannelHandlerContext ctx, Throwable cause) {
        status.tryFailure(cause);
        ctx.close();
    }
}
