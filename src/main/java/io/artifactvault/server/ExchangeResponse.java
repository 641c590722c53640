package io.artifactvault.server;

import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.server.wire.BodyWriter;
import io.artifactvault.server.wire.Linger;
import io.artifactvault.server.wire.ResponseHead;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import java.util.function.Supplier;

/**
 * The response of one exchange: made of an answer, written to the client, ended once. If the end of the connection
 * marks the end of the body, closing the connection before that end sends a reset. Called by the exchange; confined to
 * the channel's event loop.
 */
final class ExchangeResponse implements BodyWriter.End {
    /** The exchange that responds. */
    interface Owner {
        /**
         * The response has ended.
         *
         * @param bytes of content that were passed to the connection
         * @param whole whether the client can have all of it
         */
        void responded(Answer answer, long bytes, boolean whole);
    }

    private final Owner owner;
    private final ChannelHandlerContext context;
    private final HttpRequest request;
    private final Answer answer;
    private final Body body;
    private final BodyWriter writer;
    private boolean endsByClosing;

    /** @param memory grants holds for bytes that the client does not read immediately */
    ExchangeResponse(
            Owner owner,
            ChannelHandlerContext context,
            HttpRequest request,
            Answer answer,
            Supplier<MemoryBudget.Hold> memory) {
        this.owner = owner;
        this.context = context;
        this.request = request;
        this.answer = answer;
        this.body = request.method().name().equals("HEAD") ? headOnly(answer) : answer.body();
        this.writer = new BodyWriter(context, body, memory, this);
    }

    private static Body headOnly(Answer answer) {
        answer.body().close();
        return new Body.None();
    }

    /** Whether the budget has room for the body's initial memory. */
    boolean hasRoom() {
        return writer.hasRoom();
    }

    /** Releases the body without sending it; called instead of {@link #start}. */
    void drop() {
        body.close();
    }

    /** Creates the response's head; its Connection field determines whether the connection persists. */
    HttpResponse head(String id, boolean keepAlive) {
        return ResponseHead.of(answer, request, id, keepAlive);
    }

    /** Starts to write the response; a short response may already have ended when this method returns. */
    void start(HttpResponse head) {
        boolean framed = HttpUtil.isContentLengthSet(head) || HttpUtil.isTransferEncodingChunked(head);
        endsByClosing = !framed && !(answer.body() instanceof Body.None);
        if (endsByClosing) {
            Linger.reset(context);
        }
        writer.start(head);
    }

    /** Whether the client has not yet read everything that was written. */
    boolean isTakenSlowly() {
        ChannelOutboundBuffer written = context.channel().unsafe().outboundBuffer();
        return written != null && written.size() > 0;
    }

    /** Content bytes that were sent. */
    long delivered() {
        return writer.delivered();
    }

    /** The client has left. */
    void cancel() {
        writer.cancel();
    }

    @Override
    public void ended(boolean whole) {
        if (whole && endsByClosing) {
            Linger.usual(context);
        }
        owner.responded(answer, writer.sent(), whole);
    }
}
