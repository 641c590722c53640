package io.artifactvault.server.wire;

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
 * Netty's request decoder behind {@link RequestFraming}: it receives only octets that are well formed. At the first
 * malformed octet it emits a message with a failure that gives the reason, and reads nothing more. Confined to the
 * channel's event loop.
 */
public final class StrictRequestDecoder extends HttpRequestDecoder {
    /**
     * A connection that has received a longer head gets a new decoder: this one keeps buffers of the size of the
     * longest line.
     */
    private static final int LONG_HEAD = 2 * 1024;

    /** The memory of a field besides its text, and of an incomplete head besides its fields. */
    private static final int FIELD_OVERHEAD = 160;

    private static final int HEAD_OVERHEAD = 2 * 1024;
    private static final int COPIES = 4;

    private final RequestFraming framing;
    private final HttpDecoderConfig config;
    private final Heads heads;
    private long memory;
    private boolean sawLongHead;

    /** Is notified of heads that have arrived only in part. */
    public interface Heads {
        /** The memory in bytes of the incomplete head; 0 when there is none. */
        void unfinished(ChannelHandlerContext context, long memory);
    }

    public StrictRequestDecoder(HttpDecoderConfig config, Heads heads) {
        super(config);
        this.config = config;
        this.heads = heads;
        this.framing = new RequestFraming(config.getMaxInitialLineLength() + config.getMaxHeaderSize());
    }

    /** The reason why a message was rejected. */
    public static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final MessageFraming.Fault fault;

        RefusedException(MessageFraming.Fault fault) {
            super(fault.name(), null, false, false);
            this.fault = fault;
        }

        public MessageFraming.Fault fault() {
            return fault;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (framing.fault().isPresent() || !(message instanceof ByteBuf bytes)) {
            ReferenceCountUtil.release(message);
            return;
        }
        int length = bytes.readableBytes();
        int end = framing.advance(bytes.readerIndex(), bytes.writerIndex(), bytes::getByte, bytes::release);
        boolean unfinished = framing.isInHead() && !framing.isBetweenMessages();
        long more = unfinished ? memory(bytes) : 0;
        if (framing.fault().isEmpty()) {
            sawLongHead |= length > LONG_HEAD || memory > 0;
            super.channelRead(context, bytes);
            note(context, more);
            return;
        }
        RefusedException why = new RefusedException(framing.fault().get());
        super.channelRead(context, bytes.writerIndex(end));
        HttpObject refused = framing.isInHead() ? createInvalidMessage() : new DefaultLastHttpContent();
        refused.setDecoderResult(DecoderResult.failure(why));
        context.fireChannelRead(refused);
    }

    private static long memory(ByteBuf bytes) {
        int[] lines = new int[1];
        bytes.forEachByte(octet -> {
            lines[0] += octet == '\n' ? 1 : 0;
            return true;
        });
        return (long) COPIES * bytes.readableBytes() + (long) FIELD_OVERHEAD * lines[0];
    }

    private void note(ChannelHandlerContext context, long more) {
        long before = memory;
        memory = more == 0 ? 0 : more + (before == 0 ? HEAD_OVERHEAD : before);
        if (memory != before) {
            heads.unfinished(context, memory);
        }
        if (sawLongHead && framing.isBetweenMessages() && actualReadableBytes() == 0 && !context.isRemoved()) {
            context.pipeline().replace(this, null, new StrictRequestDecoder(config, heads));
        }
    }
}
