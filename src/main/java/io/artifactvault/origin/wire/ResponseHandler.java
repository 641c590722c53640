package io.artifactvault.origin.wire;

import static java.util.Objects.requireNonNull;

import io.artifactvault.origin.OriginFailure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The last handler of an origin's channel: sends a request and moves its response into the request's {@link Inbox}.
 * Confined to the channel's event loop; never waits.
 *
 * <p>Phases: idle (no inbox; one read is outstanding, so that a close is detected and unsolicited bytes close the
 * connection) → {@link #start} → head → body → end → idle. Any error closes the connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The results of writes and closes arrive as events of the channel.
public final class ResponseHandler extends ChannelInboundHandlerAdapter {
    private static final int MOST_INTERIM_ANSWERS = 32;

    /**
     * Chunks of one read that are smaller than this many bytes are merged, because a separate chunk needs more memory
     * than so few bytes.
     */
    private static final int SMALL = 2 * 1024;

    private static final int TOGETHER = 16 * 1024;

    private final ResponseDecoder decoder;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Inbox inbox;
    private boolean headRequest;
    private boolean requestSent;
    private boolean headSeen;
    private boolean interim;
    private int interimAnswers;
    private boolean persistent;
    private @Nullable ByteBuf gathered;

    public ResponseHandler(ResponseDecoder decoder) {
        this.decoder = decoder;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    /** Writes the request's head; when a body follows, {@link #finishRequest} must come after it. */
    public void start(Inbox next, HttpRequest request, boolean bodyFollows) {
        ChannelHandlerContext ctx = requireNonNull(context);
        if (!ctx.channel().isActive() || inbox != null) {
            next.put(new Inbox.Fault(OriginFailure.RESET_BEFORE_HEAD, true, null));
            next.wake();
            return;
        }
        inbox = next;
        headRequest = request.method().equals(HttpMethod.HEAD);
        requestSent = !bodyFollows;
        headSeen = false;
        interim = false;
        interimAnswers = 0;
        decoder.expect(headRequest);
        ctx.writeAndFlush(request);
        ctx.read();
    }

    void finishRequest() {
        requestSent = true;
        requireNonNull(context).writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Inbox to = inbox;
        if (to == null || !(message instanceof HttpObject object)) {
            ReferenceCountUtil.release(message);
            ctx.close();
        } else if (object.decoderResult().isFailure()) {
            Throwable cause = object.decoderResult().cause();
            ReferenceCountUtil.release(message);
            fail(ctx, cause instanceof PrematureChannelClosureException ? cut() : OriginFailure.BAD_MESSAGE, cause);
        } else if (object instanceof HttpResponse response) {
            head(ctx, to, response);
        } else if (object instanceof HttpContent content) {
            content(ctx, to, content);
        }
    }

    private void head(ChannelHandlerContext ctx, Inbox to, HttpResponse response) {
        int status = response.status().code();
        interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (interim) {
            // The vault never requests an upgrade, so 101 is invalid; and no client needs so many interim responses.
            if (status == 101 || ++interimAnswers > MOST_INTERIM_ANSWERS) {
                fail(ctx, OriginFailure.BAD_MESSAGE, null);
            } else if (status != 100 && requestSent) {
                tellEarly(ctx, to, response);
            }
            return;
        }
        boolean bodiless = headRequest || status == 204 || status == 304;
        try {
            to.put(OriginResponseHead.of(response, bodiless));
        } catch (IllegalArgumentException e) {
            fail(ctx, OriginFailure.BAD_MESSAGE, e);
            return;
        }
        headSeen = true;
        persistent = HttpUtil.isKeepAlive(response) && (bodiless || OriginResponseHead.isFramed(response));
    }

    private void tellEarly(ChannelHandlerContext ctx, Inbox to, HttpResponse response) {
        try {
            Inbox.Head head = OriginResponseHead.of(response, true);
            to.put(new Inbox.Early(head.status(), head.fields()));
        } catch (IllegalArgumentException e) {
            fail(ctx, OriginFailure.BAD_MESSAGE, e);
        }
    }

    private void content(ChannelHandlerContext ctx, Inbox to, HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        if (interim) {
            content.release();
            return;
        }
        ByteBuf bytes = content.content();
        if (bytes.readableBytes() >= SMALL) {
            handOver(ctx, to);
            to.put(new Inbox.Chunk(bytes));
        } else {
            gather(ctx, to, bytes);
        }
        if (last) {
            end(ctx, to);
        }
    }

    private void gather(ChannelHandlerContext ctx, Inbox to, ByteBuf bytes) {
        ByteBuf before = gathered;
        if (before != null && before.readableBytes() + bytes.readableBytes() > TOGETHER) {
            handOver(ctx, to);
        }
        if (bytes.isReadable()) {
            ByteBuf into = gathered == null ? ctx.alloc().buffer(SMALL, TOGETHER) : gathered;
            gathered = into.writeBytes(bytes);
        }
        bytes.release();
    }

    /** Copies the bytes to a buffer of exactly their size, because they may wait for a long time. */
    private void handOver(ChannelHandlerContext ctx, Inbox to) {
        ByteBuf pieces = gathered;
        if (pieces != null) {
            gathered = null;
            int length = pieces.readableBytes();
            to.put(new Inbox.Chunk(ctx.alloc().buffer(length, length).writeBytes(pieces)));
            pieces.release();
        }
    }

    private void end(ChannelHandlerContext ctx, Inbox to) {
        handOver(ctx, to);
        boolean reusable = persistent && requestSent && decoder.isAtCleanEnd();
        inbox = null;
        decoder.expectNothing();
        if (!reusable) {
            ctx.close();
        }
        to.put(new Inbox.End(reusable));
        to.wake();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Inbox to = inbox;
        if (to == null) {
            ctx.read();
            return;
        }
        handOver(ctx, to);
        if (to.wantsMore()) {
            ctx.read();
        }
        to.wake();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Inbox to = inbox;
        if (to != null) {
            to.wake();
        }
    }

    /**
     * Handles the end of the origin's octets. The decoder has by then completed a response that ends with the last
     * octet; one that is still incomplete is truncated.
     */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            fail(ctx, cut(), null);
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx, cut(), null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        boolean network = cause instanceof IOException || root instanceof IOException;
        fail(ctx, network ? cut() : OriginFailure.BAD_MESSAGE, cause);
    }

    private OriginFailure cut() {
        return headSeen ? OriginFailure.BODY_CUT : OriginFailure.RESET_BEFORE_HEAD;
    }

    private void fail(ChannelHandlerContext ctx, OriginFailure failure, @Nullable Throwable cause) {
        Inbox to = inbox;
        inbox = null;
        if (to != null) {
            handOver(ctx, to);
        }
        ctx.close();
        if (to != null) {
            to.put(new Inbox.Fault(failure, !decoder.isTouched(), cause));
            to.wake();
        }
    }
}
