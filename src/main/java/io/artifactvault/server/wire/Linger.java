package io.artifactvault.server.wire;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets how a connection ends when it is closed for any reason. A body that ends with the connection must not look
 * complete when it was aborted (RFC 9112 §8), so while it is incomplete a close sends the client a reset. Called by the
 * exchange on the channel's event loop. Stateless.
 */
public final class Linger {
    private static final Logger log = LoggerFactory.getLogger(Linger.class);

    /** Value for SO_LINGER: unsent bytes are discarded, and the client receives a reset. */
    private static final int RESET = 0;

    private static final int USUAL = -1;

    private Linger() {}

    /** From now on a close sends a reset. */
    public static void reset(ChannelHandlerContext context) {
        set(context, RESET);
    }

    /** From now on a close sends the remaining data and then a FIN, as usual. */
    public static void usual(ChannelHandlerContext context) {
        set(context, USUAL);
    }

    private static void set(ChannelHandlerContext context, int seconds) {
        if (context.channel().isActive()) {
            try {
                context.channel().config().setOption(ChannelOption.SO_LINGER, seconds);
            } catch (ChannelException e) {
                log.debug("The connection has already ended: {}", e.toString());
            }
        }
    }
}
