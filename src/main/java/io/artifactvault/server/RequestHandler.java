package io.artifactvault.server;

import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.cache.content.RequestFeed;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.Errors;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Client;
import io.artifactvault.http.Departure;
import io.artifactvault.http.Fields;
import io.artifactvault.http.MessageFraming;
import io.artifactvault.http.Request;
import io.artifactvault.http.RequestBody;
import io.artifactvault.server.ConnectionWatch.Awaits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection: processes its requests one after the other, in order. Pipelined requests wait; when too many
 * wait, the vault stops reading from the socket. Confined to the channel's event loop.
 */
final class RequestHandler extends ChannelInboundHandlerAdapter
        implements StrictRequestDecoder.Heads, ConnectionWatch.Watched {
    /** Value for SO_LINGER: unsent bytes are discarded, and the client receives a reset. */
    private static final int RESET = 0;

    private static final int USUAL = -1;

    private static final Logger log = LoggerFactory.getLogger(RequestHandler.class);
    private static final int MOST_WAITING = 64;

    /** The memory of a request's head is counted above this size; every connection may use that much. */
    private static final int LARGE_HEAD = 8 * 1024;

    private static final String RETRY_AFTER = "1";
    private static final int CONTENT_OVERHEAD = 64;

    private final ServerContext server;
    private final int maxRequestHead;
    private final ConnectionWatch watch;

    /** Created on demand: most connections never pipeline. */
    private @Nullable Queue<Object> waiting;

    /** The memory of waiting messages and of an incomplete head. */
    private MemoryBudget.@Nullable Hold waitingHold;

    private MemoryBudget.@Nullable Hold headHold;
    private @Nullable Turn turn;
    private long deliveredBefore;
    private boolean inHead;

    /**
     * Waiting messages are being processed; a response that completes during that time must not start to process them
     * too.
     */
    private boolean taking;

    /** The last response was sent; further input is discarded. */
    private boolean parting;

    /** No further request is accepted, because there was no memory for those that waited. */
    private boolean dropped;

    RequestHandler(ServerContext server, ServerSettings settings) {
        this.server = server;
        this.maxRequestHead = settings.maxRequestHead();
        this.watch = new ConnectionWatch(settings, this);
    }

    ConnectionWatch watch() {
        return watch;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        server.connections().add(context.channel());
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (parting
                || (dropped && turn != null && turn.requestEnded)
                || !context.channel().isActive()) {
            // Requests that the decoder still holds after the close must not be executed (RFC 9112 §9.6).
            ReferenceCountUtil.release(message);
            return;
        }
        boolean ofThisTurn = turn != null && !turn.requestEnded && message instanceof HttpContent;
        if (turn == null || (ofThisTurn && isNoneWaiting())) {
            take(context, message);
        } else if (holdWaiting(context, message)) {
            enqueue(context, message);
        } else {
            refuseWaiting(context, message);
        }
    }

    private boolean isNoneWaiting() {
        return waiting == null || waiting.isEmpty();
    }

    private void enqueue(ChannelHandlerContext context, Object message) {
        Queue<Object> queue = waiting == null ? new ArrayDeque<>() : waiting;
        waiting = queue;
        queue.add(message);
        if (queue.size() >= MOST_WAITING) {
            context.channel().config().setAutoRead(false);
        }
    }

    private boolean holdWaiting(ChannelHandlerContext context, Object message) {
        MemoryBudget.Hold hold = waitingHold == null ? server.memory().hold(server.peerOf(context)) : waitingHold;
        waitingHold = hold;
        return hold.grow(memory(message));
    }

    private static long memory(Object message) {
        return switch (message) {
            case HttpRequest head -> HeadSize.memory(head, HeadSize.octets(head));
            case HttpContent content ->
                CONTENT_OVERHEAD + (long) content.content().readableBytes();
            default -> CONTENT_OVERHEAD;
        };
    }

    /** There is no memory for the data after the current request: its response is the last. */
    private void refuseWaiting(ChannelHandlerContext context, Object message) {
        server.counts().refusedMemory(server.peerOf(context));
        ReferenceCountUtil.release(message);
        if (turn == null || !turn.requestEnded) {
            context.close();
            return;
        }
        turn.keepAlive = false;
        turn.mayGoOn = true;
        dropped = true;
        dropWaiting();
    }

    private void dropWaiting() {
        if (waiting != null) {
            waiting.forEach(ReferenceCountUtil::release);
            waiting.clear();
        }
        release(waitingHold);
        waitingHold = null;
    }

    private static void release(MemoryBudget.@Nullable Hold hold) {
        if (hold != null) {
            hold.close();
        }
    }

    @Override
    public void unfinished(ChannelHandlerContext context, long memory) {
        boolean begins = memory > 0 && !inHead;
        inHead = memory > 0;
        if (memory == 0) {
            release(headHold);
            headHold = null;
            return;
        }
        if (begins) {
            watch.headBegan(context);
        }
        MemoryBudget.Hold hold = headHold == null ? server.memory().hold(server.peerOf(context)) : headHold;
        headHold = hold;
        if (!hold.resize(memory)) {
            server.counts().refusedMemory(server.peerOf(context));
            endWith(context, HttpResponseStatus.SERVICE_UNAVAILABLE);
        }
    }

    /** Used when there is no request yet to respond to. */
    private void endWith(ChannelHandlerContext context, HttpResponseStatus status) {
        if (turn != null || parting) {
            context.close();
            return;
        }
        parting = true;
        DefaultFullHttpResponse last = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
        last.headers().set("Connection", "close").set("Content-Length", "0");
        if (status.equals(HttpResponseStatus.SERVICE_UNAVAILABLE)) {
            last.headers().set("Retry-After", RETRY_AFTER);
        }
        context.channel().writeAndFlush(last).addListener(_ -> Parting.begin(context));
    }

    @Override
    public Awaits awaits() {
        Turn now = turn;
        if (now == null) {
            return inHead ? Awaits.HEAD : Awaits.REQUEST;
        }
        if (now.writer != null) {
            return now.isTakenSlowly() ? Awaits.READER : Awaits.NOTHING;
        }
        boolean reads = now.context.channel().config().isAutoRead();
        return now.requestEnded || !reads ? Awaits.NOTHING : Awaits.BODY;
    }

    @Override
    public long delivered() {
        return deliveredBefore + (turn == null ? 0 : turn.delivered());
    }

    @Override
    public void timedOut(ChannelHandlerContext context, Awaits what) {
        server.counts().timedOut(what);
        switch (what) {
            case HEAD -> endWith(context, HttpResponseStatus.REQUEST_TIMEOUT);
            case BODY -> tooSlow(context);
            case REQUEST, READER, NOTHING -> context.close();
        }
    }

    private void tooSlow(ChannelHandlerContext context) {
        if (turn == null || parting) {
            context.close();
        } else {
            turn.breakOff(Errors.answer(
                    408, "The request's content arrived too slowly, or took too long.", CacheStatus.local()));
        }
    }

    private void take(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpRequest head) {
                begin(context, head);
            }
            if (message instanceof HttpContent content && turn != null) {
                turn.content(content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(ChannelHandlerContext context, HttpRequest head) {
        Turn begun = new Turn(context, head);
        turn = begun;
        server.opened();
        if (head.decoderResult().isFailure()) {
            begun.refuse(malformed(head.decoderResult().cause()));
            return;
        }
        int octets = HeadSize.octets(head);
        if (octets > maxRequestHead) {
            begun.refuse(Errors.answer(431, "The request line and fields are too long.", CacheStatus.local()));
            return;
        }
        if (octets > LARGE_HEAD && !begun.hold(HeadSize.memory(head, octets))) {
            begun.refuse(begun.tooMuch());
            return;
        }
        try {
            Optional<RequestBody> body = begun.body(context, head);
            if (body.isPresent()) {
                respond(begun, body);
            }
        } catch (RuntimeException e) {
            begun.fail(broken(e));
        }
    }

    /**
     * Called at the head of a request with a body, and at the end of one without: the response may then follow
     * immediately.
     */
    private void respond(Turn begun, Optional<RequestBody> body) {
        try {
            if (ClientRequests.isServerWide(begun.head)) {
                begun.answer(new Answer(204, Fields.EMPTY, new Body.None(), CacheStatus.local()));
                return;
            }
            Request request = server.requests().read(begun.head, body, begun::early, begun.client);
            if (body.isPresent() && HttpUtil.is100ContinueExpected(begun.head)) {
                begun.context.writeAndFlush(
                        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
            }
            server.responder().respond(request).whenComplete((answer, failure) -> {
                Answer given = failure == null ? answer : server.readable(begun.head, broken(failure));
                if (begun.context.executor().inEventLoop() && begun.requestEnded) {
                    begun.answer(given);
                } else {
                    begun.context.executor().execute(() -> begun.answer(given));
                }
            });
        } catch (ClientRequests.BadRequestException e) {
            begun.mayGoOn = true;
            begun.keepAlive = false;
            begun.fail(Errors.answer(e.status(), String.valueOf(e.getMessage()), CacheStatus.local()));
        } catch (RuntimeException e) {
            begun.fail(broken(e));
        }
    }

    private static Answer malformed(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return Errors.answer(414, "The request line is too long.", CacheStatus.local());
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Errors.answer(431, "The request fields are too long.", CacheStatus.local());
        }
        if (cause instanceof StrictRequestDecoder.RefusedException refused) {
            return refused(refused.fault());
        }
        return Errors.answer(400, "The request is not valid HTTP.", CacheStatus.local());
    }

    private static Answer refused(MessageFraming.Fault fault) {
        return switch (fault) {
            case MALFORMED -> Errors.answer(400, "The request is not valid HTTP/1.1.", CacheStatus.local());
            case UNKNOWN_CODING ->
                Errors.answer(501, "The only supported transfer coding is chunked.", CacheStatus.local());
            case OTHER_VERSION ->
                Errors.answer(505, "The vault supports HTTP/1.1 and HTTP/1.0 only.", CacheStatus.local());
        };
    }

    private static Answer broken(Throwable failure) {
        log.error("Could not respond to a request", failure);
        return Errors.answer(
                500, "The vault failed during this request; its log contains the reason.", CacheStatus.local());
    }

    /** The turn is over: the next waiting request begins, or reading from the socket resumes. */
    private void next(ChannelHandlerContext context) {
        turn = null;
        server.closed();
        watch.answered(context);
        if (!taking) {
            taking = true;
            takeWaiting(context);
            taking = false;
        }
    }

    /** The turn was the connection's last. */
    private void part(ChannelHandlerContext context, boolean inStages) {
        turn = null;
        parting = true;
        server.closed();
        if (inStages && !server.isDraining()) {
            Parting.begin(context);
        } else {
            context.close();
        }
    }

    /**
     * Sets how the connection ends when it is closed for any reason. A body that ends with the connection must not look
     * complete when it was aborted (RFC 9112 §8), so while it is incomplete a close sends the client a reset.
     */
    private static void linger(ChannelHandlerContext context, int seconds) {
        if (context.channel().isActive()) {
            try {
                context.channel().config().setOption(ChannelOption.SO_LINGER, seconds);
            } catch (ChannelException e) {
                log.debug("The connection has already ended: {}", e.toString());
            }
        }
    }

    private void takeWaiting(ChannelHandlerContext context) {
        while (!parting
                && context.channel().isActive()
                && waiting != null
                && !waiting.isEmpty()
                && (turn == null || waiting.peek() instanceof HttpContent)) {
            takeFirst(context, waiting.remove());
        }
        if (isNoneWaiting()) {
            release(waitingHold);
            waitingHold = null;
            context.channel().config().setAutoRead(true);
        }
        if (server.isDraining() && turn == null) {
            context.close();
        }
    }

    private void takeFirst(ChannelHandlerContext context, Object message) {
        if (waitingHold != null) {
            waitingHold.shrink(memory(message));
        }
        take(context, message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (turn != null) {
            turn.gone();
        }
        dropWaiting();
        release(headHold);
        context.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (turn == null && event == ServerContext.Draining.NOW) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.debug("A connection broke: {}", cause.toString());
        context.close();
    }

    /** One request and its response. */
    private final class Turn {
        private final ChannelHandlerContext context;
        private final HttpRequest head;
        private final long startedAt = System.nanoTime();
        private final String id = server.nextId();
        private final Client client;
        private boolean keepAlive;
        private boolean requestEnded;
        private boolean mayGoOn;
        private boolean over;

        /** Whether only the end of the connection shows the client that the response is complete. */
        private boolean endsByClosing;

        private @Nullable RequestFeed incoming;
        private @Nullable BodyWriter writer;

        /** The memory of the request's head and content. */
        private MemoryBudget.@Nullable Hold hold;

        private long headMemory;

        Turn(ChannelHandlerContext context, HttpRequest head) {
            this.context = context;
            this.head = head;
            this.client = new Client(server.client(context, head), new Departure());
            this.keepAlive = HttpUtil.isKeepAlive(head);
        }

        Optional<RequestBody> body(ChannelHandlerContext channel, HttpRequest request) {
            boolean chunked = HttpUtil.isTransferEncodingChunked(request);
            long length = HttpUtil.getContentLength(request, 0L);
            if (!chunked && length == 0) {
                return Optional.empty();
            }
            // On the event loop, so that it cannot run between the feed's "full" and the stop of reading.
            Runnable resume = () -> channel.executor().execute(() -> readAgain(channel));
            RequestFeed body = new RequestFeed(chunked ? OptionalLong.empty() : OptionalLong.of(length), resume);
            incoming = body;
            watch.bodyBegan(channel);
            return Optional.of(body);
        }

        void content(HttpContent content) {
            boolean whole = !content.decoderResult().isFailure();
            keepAlive = keepAlive && whole;
            if (!whole && writer == null && !over) {
                // The reader of the body is notified below; the client gets the error immediately.
                requestEnded = true;
                mayGoOn = true;
                fail(malformed(content.decoderResult().cause()));
            }
            if (incoming != null
                    && !over
                    && !holdContent(incoming, content.content().readableBytes())) {
                breakOff(tooMuch());
                return;
            }
            if (incoming != null && !incoming.add(copy(content.content()))) {
                context.channel().config().setAutoRead(false);
            }
            if (content instanceof LastHttpContent || !whole) {
                boolean endsNow = !requestEnded;
                requestEnded = true;
                if (incoming != null) {
                    incoming.end(whole);
                } else if (endsNow && !over) {
                    respond(this, Optional.empty());
                }
            }
        }

        private static ByteBuffer copy(ByteBuf bytes) {
            ByteBuffer copy = ByteBuffer.allocate(bytes.readableBytes());
            bytes.getBytes(bytes.readerIndex(), copy);
            return copy.flip();
        }

        boolean hold(long memory) {
            headMemory = memory;
            return holdInAll(memory);
        }

        private boolean holdContent(RequestFeed body, int more) {
            long held = body.held();
            return held + more == 0 || holdInAll(headMemory + held + more);
        }

        private boolean holdInAll(long bytes) {
            MemoryBudget.Hold mine = hold == null ? server.memory().hold(client.address()) : hold;
            hold = mine;
            return mine.resize(bytes);
        }

        /** There is no memory for the client's data. */
        Answer tooMuch() {
            server.counts().refusedMemory(client.address());
            boolean ofShare = server.memory().refusal(client.address(), LARGE_HEAD) == MemoryBudget.Refusal.SHARE;
            return Errors.answer(
                    ofShare ? 429 : 503,
                    Fields.of("Retry-After", RETRY_AFTER),
                    ofShare
                            ? "Your address has reached its memory limit (max_buffered_share); try again in a moment."
                            : "The vault has reached its memory limit (max_buffered_bytes); try again in a moment.",
                    CacheStatus.local());
        }

        /** Responds instead of reading the request to its end. */
        void refuse(Answer answer) {
            requestEnded = true;
            mayGoOn = true;
            keepAlive = false;
            fail(answer);
        }

        /** Stops reading the content: its reader fails, and the client gets this response if none has begun. */
        void breakOff(Answer answer) {
            boolean answered = writer != null || over;
            keepAlive = false;
            mayGoOn = true;
            requestEnded = true;
            if (answered) {
                context.close();
            } else {
                fail(answer);
            }
            // Only now, because the reader would otherwise send its own response.
            if (incoming != null) {
                incoming.end(false);
            }
        }

        private static void readAgain(ChannelHandlerContext channel) {
            channel.channel().config().setAutoRead(true);
        }

        /** Whether the client has not yet read everything that was written. */
        boolean isTakenSlowly() {
            ChannelOutboundBuffer written = context.channel().unsafe().outboundBuffer();
            return written != null && written.size() > 0;
        }

        long delivered() {
            return writer == null ? 0 : writer.delivered();
        }

        /** Responds in place of the responder. */
        void fail(Answer error) {
            answer(server.readable(head, error));
        }

        void answer(Answer answer) {
            if (writer != null) {
                answer.body().abandon();
                return;
            }
            if (over || !context.channel().isActive()) {
                answer.body().abandon();
                end(answer, 0, false);
                return;
            }
            // A request body that is no longer needed is not worth reading to its end.
            mayGoOn = mayGoOn || !requestEnded;
            keepAlive = keepAlive && requestEnded && !server.isDraining();
            Body body = head.method().name().equals("HEAD") ? headOnly(answer) : answer.body();
            BodyWriter ready = new BodyWriter(
                    context, body, () -> server.memory().hold(client.address()), whole -> end(answer, sent(), whole));
            if (ready.hasRoom()) {
                start(ready, answer);
            } else {
                body.close();
                keepAlive = false;
                fail(tooMuch());
            }
        }

        private void start(BodyWriter ready, Answer answer) {
            HttpResponse response = ResponseHead.of(answer, head, id, keepAlive);
            keepAlive = HttpUtil.isKeepAlive(response);
            boolean framed = HttpUtil.isContentLengthSet(response) || HttpUtil.isTransferEncodingChunked(response);
            endsByClosing = !framed && !(answer.body() instanceof Body.None);
            if (endsByClosing) {
                linger(context, RESET);
            }
            writer = ready;
            ready.start(response);
        }

        /**
         * Interim responses precede the final one, or are not sent (RFC 9110 §15.2); old clients do not support them.
         */
        void early(int status, Fields fields) {
            context.executor().execute(() -> {
                boolean waits = writer == null && !over && context.channel().isActive();
                if (waits && head.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
                    context.writeAndFlush(ResponseHead.early(status, fields));
                }
            });
        }

        private Body headOnly(Answer answer) {
            answer.body().close();
            return new Body.None();
        }

        private long sent() {
            return writer == null ? 0 : writer.sent();
        }

        void gone() {
            client.departure().gone();
            if (incoming != null) {
                incoming.discard();
            }
            release(hold);
            if (writer != null) {
                writer.cancel();
            }
        }

        private void end(Answer answer, long bytes, boolean whole) {
            if (over) {
                return;
            }
            over = true;
            if (incoming != null) {
                incoming.discard();
                readAgain(context);
            }
            release(hold);
            deliveredBefore += delivered();
            server.finished(client.address(), head, id, startedAt, answer, bytes, whole);
            if (whole && endsByClosing) {
                linger(context, USUAL);
            }
            if (whole && keepAlive) {
                next(context);
            } else {
                part(context, whole && mayGoOn);
            }
        }
    }
}
