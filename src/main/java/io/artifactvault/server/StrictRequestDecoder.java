package io.artifactvault.server;

import io.artifactvault.http.MessageFraming;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;

/**
 * Netty's request decoder behind {@link RequestFraming}: octets reach it only as long as they are well-formed. At the first
 * that is not, it gives a message with a failure that says why, and reads nothing more. Confined to the channel's event loop.
 */
final class StrictRequestDecoder extends HttpRequestDecoder {
    private final RequestFraming framing;

    StrictRequestDecoder(HttpDecoderConfig config) {
        super(config);
        this.framing = new RequestFraming(config.getMaxInitialLineLength() + config.getMaxHeaderSize());
    }

    /** Why a message was refused. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final MessageFraming.Fault fault;

        RefusedException(MessageFraming.Fault fault) {
            super(fault.name(), null, false, false);
            this.fault = fault;
        }

        MessageFraming.Fault fault() {
            return fault;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (framing.fault().isPresent() || !(message instanceof ByteBuf bytes)) {
            ReferenceCountUtil.release(message);
            return;
        }
        int end = advance(bytes);
        if (framing.fault().isEmpty()) {
            super.channelRead(context, bytes);
            return;
        }
        RefusedException why = new RefusedException(framing.fault().get());
        super.channelRead(context, bytes.writerIndex(end));
        HttpObject refused = framing.isInHead() ? createInvalidMessage() : new DefaultLastHttpContent();
        refused.setDecoderResult(DecoderResult.failure(why));
        context.fireChannelRead(refused);
    }

    private int advance(ByteBuf bytes) {
        boolean advanced = false;
        try {
            int end = framing.advance(bytes.readerIndex(), bytes.writerIndex(), bytes::getByte);
            advanced = true;
            return end;
        } finally {
            if (!advanced) {
                bytes.release();
            }
        }
    }
}
