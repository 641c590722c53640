package io.artifactvault.origin.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Netty's response decoder, which also tracks what a careful client must know: whether a response is expected, whether
 * any byte of it has arrived, whether it is well formed ({@link ResponseFraming}), and whether bytes follow its end.
 * Confined to the channel's event loop.
 */
public final class ResponseDecoder extends HttpResponseDecoder {
    static final int CHUNK = 32 * 1024;
    private static final int HEAD_LIMIT = 64 * 1024;

    private final ResponseFraming framing = new ResponseFraming(2 * HEAD_LIMIT);
    private final @Nullable SslHandler tls;
    private boolean expecting;
    private boolean surplus;
    private boolean touched;
    private boolean headRequest;

    /** A decoder for a connection in plain text. */
    public ResponseDecoder() {
        this(null);
    }

    /** @param tls the handler that encrypts these octets; null when they are plain text */
    public ResponseDecoder(@Nullable SslHandler tls) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(HEAD_LIMIT)
                .setMaxHeaderSize(HEAD_LIMIT)
                .setMaxChunkSize(CHUNK)
                .setStrictLineParsing(true)
                // Transfer-Encoding with Content-Length is an error, as RFC 9112 §6.1 recommends.
                .setUseRfc9112TransferEncoding(true));
        this.tls = tls;
    }

    /** Called when a request is sent: its response may arrive from now on. */
    void expect(boolean forHeadRequest) {
        expecting = true;
        touched = false;
        headRequest = forHeadRequest;
        framing.expect(forHeadRequest);
    }

    /** Called when the response is complete. */
    void expectNothing() {
        expecting = false;
    }

    boolean isTouched() {
        return touched;
    }

    /** Whether nothing follows the response, so that the next response on the connection starts unambiguously. */
    boolean isAtCleanEnd() {
        return actualReadableBytes() == 0 && !surplus;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (!expecting) {
            // The bytes are unsolicited: a response in them would belong to no request.
            ReferenceCountUtil.release(message);
            var _ = ctx.close();
            return;
        }
        touched = true;
        if (!(message instanceof ByteBuf bytes) || framing.fault().isPresent()) {
            ReferenceCountUtil.release(message);
            return;
        }
        int end = framing.advance(bytes);
        surplus = end < bytes.writerIndex();
        super.channelRead(ctx, bytes.writerIndex(end));
        if (surplus) {
            refuse(ctx);
        }
    }

    private void refuse(ChannelHandlerContext ctx) {
        HttpMessage refused = createInvalidMessage();
        refused.setDecoderResult(DecoderResult.failure(new CorruptedFrameException("not a response by RFC 9112")));
        ctx.fireChannelRead(refused);
    }

    /**
     * Ends the response at the close_notify alert: the origin sends nothing after it, even if the TCP connection stays
     * open.
     */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof SslCloseCompletionEvent && tls != null && isWholeAtClose()) {
            super.userEventTriggered(ctx, ChannelInputShutdownEvent.INSTANCE);
        } else {
            super.userEventTriggered(ctx, event);
        }
    }

    /**
     * Handles the end of the connection. Over TLS it ends a body only after a close_notify alert, because an attacker
     * on the network could forge it (RFC 9112 §9.8).
     */
    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (isWholeAtClose()) {
            super.decodeLast(ctx, in, out);
        }
    }

    private boolean isWholeAtClose() {
        return tls == null || tls.sslCloseFuture().isSuccess();
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        boolean informational = message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        return (headRequest && !informational) || super.isContentAlwaysEmpty(message);
    }
}
