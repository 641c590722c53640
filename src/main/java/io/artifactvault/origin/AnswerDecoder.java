package io.artifactvault.origin;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.util.ReferenceCountUtil;

/**
 * Netty's response decoder, with what a careful client must know besides: whether an answer is expected at all, whether
 * any byte of it has come, whether it is well-formed ({@link AnswerFraming}), and whether bytes are left over after its end. Confined to the channel's event loop.
 */
final class AnswerDecoder extends HttpResponseDecoder {
    static final int CHUNK = 32 * 1024;
    private static final int HEAD_LIMIT = 64 * 1024;

    private final AnswerFraming framing = new AnswerFraming(2 * HEAD_LIMIT);
    private boolean expecting;
    private boolean surplus;
    private boolean touched;
    private boolean headRequest;

    AnswerDecoder() {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(HEAD_LIMIT)
                .setMaxHeaderSize(HEAD_LIMIT)
                .setMaxChunkSize(CHUNK)
                .setStrictLineParsing(true)
                // Transfer-Encoding with Content-Length is an error, as RFC 9112 §6.1 would have it.
                .setUseRfc9112TransferEncoding(true));
    }

    /** A request goes out; its answer may come from now on. */
    void expect(boolean forHeadRequest) {
        expecting = true;
        touched = false;
        headRequest = forHeadRequest;
        framing.expect(forHeadRequest);
    }

    /** The answer is complete. */
    void expectNothing() {
        expecting = false;
    }

    boolean isTouched() {
        return touched;
    }

    /** Whether the connection's next answer would start at a place that we can trust. */
    boolean isAtCleanEnd() {
        return actualReadableBytes() == 0 && !surplus;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (!expecting) {
            // Nobody asked: an answer read from here would belong to no request.
            ReferenceCountUtil.release(message);
            var _ = ctx.close();
            return;
        }
        touched = true;
        if (!(message instanceof ByteBuf bytes) || framing.fault().isPresent()) {
            ReferenceCountUtil.release(message);
            return;
        }
        int end = advance(bytes);
        surplus = end < bytes.writerIndex();
        super.channelRead(ctx, bytes.writerIndex(end));
        if (surplus) {
            refuse(ctx);
        }
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

    private void refuse(ChannelHandlerContext ctx) {
        HttpMessage refused = createInvalidMessage();
        refused.setDecoderResult(DecoderResult.failure(new CorruptedFrameException("not an answer by RFC 9112")));
        ctx.fireChannelRead(refused);
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        boolean informational = message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        return (headRequest && !informational) || super.isContentAlwaysEmpty(message);
    }
}
