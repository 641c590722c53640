package io.artifactvault.origin.wire;

import io.artifactvault.http.Scan;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OutboundProxy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Promise;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Makes an HTTP proxy connect to an origin (RFC 9110 §9.3.6). */
@SuppressWarnings("FutureReturnValueIgnored") // The result of the write arrives as an event of the channel.
final class Tunnel extends ProxyDialogue {
    private static final int LONGEST_ANSWER = 16 * 1024;
    private static final int STATUS = "HTTP/1.1 ".length();
    private static final int REASON = STATUS + 3;

    private final String connect;
    private final StringBuilder answer = new StringBuilder();

    /** @param connect the whole CONNECT request */
    Tunnel(String connect, Promise<Optional<OriginFailure>> refusal) {
        super(refusal);
        this.connect = connect;
    }

    @Override
    void begin(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(Unpooled.copiedBuffer(connect, StandardCharsets.ISO_8859_1));
    }

    @Override
    void received(ChannelHandlerContext ctx, ByteBuf octets) {
        answer.append(octets.toString(StandardCharsets.ISO_8859_1));
        int end = answer.indexOf("\r\n\r\n");
        if (end >= 0) {
            answered(ctx, end + 4 == answer.length());
        } else if (answer.length() > LONGEST_ANSWER) {
            fail(ctx, "the proxy's response is too long");
        }
    }

    private void answered(ChannelHandlerContext ctx, boolean clean) {
        String line = answer.substring(0, answer.indexOf("\r\n"));
        if (!isStatusLine(line)) {
            fail(ctx, "the proxy's response is not HTTP");
            return;
        }
        Optional<OriginFailure> refusal = OutboundProxy.refusal(Integer.parseInt(line.substring(STATUS, REASON)));
        if (refusal.isPresent()) {
            refused(refusal.get());
        } else if (clean) {
            connected(ctx);
        } else {
            fail(ctx, "the proxy sent more than its response");
        }
    }

    private static boolean isStatusLine(String line) {
        return (line.startsWith("HTTP/1.1 ") || line.startsWith("HTTP/1.0 "))
                && line.length() >= REASON
                && Scan.isNumber(line.substring(STATUS, REASON), 3)
                && (line.length() == REASON || line.charAt(REASON) == ' ');
    }
}
