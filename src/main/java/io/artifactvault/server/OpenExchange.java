package io.artifactvault.server;

import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.http.Client;
import io.artifactvault.http.Departure;
import io.artifactvault.http.Fields;
import io.artifactvault.http.RequestBody;
import io.artifactvault.server.ConnectionWatch.Awaits;
import io.artifactvault.server.wire.ResponseHead;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, from the request's head to the response's last byte. Its {@link Connection} passes it
 * the request's content, and is notified once when the exchange is over. Confined to the channel's event loop, except
 * for {@link #respond} and {@link #early}, which any thread may call.
 *
 * <p>Phases: waiting for an answer, while content may arrive → responding → over. The request may end before or after
 * the answer.
 */
final class OpenExchange implements ExchangeResponse.Owner {
    /** The connection that the exchange belongs to. */
    interface Connection {
        /** The request has content, which begins to arrive. */
        void contentBegan(ChannelHandlerContext context);

        /**
         * The exchange is over.
         *
         * @param persists whether another request may follow
         * @param inStages if none may follow: whether the client may still be sending and must not lose the response
         */
        void over(ChannelHandlerContext context, OpenExchange ended, boolean persists, boolean inStages);
    }

    private final Connection connection;
    private final ServerContext server;
    private final ChannelHandlerContext context;
    private final HttpRequest head;
    private final long startedAt = System.nanoTime();
    private final String id;
    private final Client client;

    // All confined to the channel's event loop.
    private boolean keepAlive;
    private boolean requestEnded;
    private boolean over;

    /** Whether the client may still be sending when the response ends. */
    private boolean stillSends;

    private @Nullable RequestContent content;
    private @Nullable ExchangeResponse response;

    /** The memory of a large head. */
    private MemoryBudget.@Nullable Hold headHold;

    OpenExchange(Connection connection, ServerContext server, ChannelHandlerContext context, HttpRequest head) {
        this.connection = connection;
        this.server = server;
        this.context = context;
        this.head = head;
        this.id = server.nextId();
        this.client = new Client(server.client(context, head), new Departure());
        this.keepAlive = HttpUtil.isKeepAlive(head);
    }

    HttpRequest head() {
        return head;
    }

    Client client() {
        return client;
    }

    ChannelHandlerContext context() {
        return context;
    }

    /** Whether the vault reads no more content of the request. */
    boolean isRequestEnded() {
        return requestEnded;
    }

    /** The event that the connection waits for during this exchange. */
    Awaits awaits() {
        if (response != null) {
            return response.isTakenSlowly() ? Awaits.READER : Awaits.NOTHING;
        }
        boolean reads = context.channel().config().isAutoRead();
        return requestEnded || !reads ? Awaits.NOTHING : Awaits.BODY;
    }

    /** Content bytes of the response that were sent. */
    long delivered() {
        return response == null ? 0 : response.delivered();
    }

    /** Counts the memory of a large head; false if there is none left. */
    boolean holdHead(long memory) {
        MemoryBudget.Hold hold = server.memory().hold(client.address());
        headHold = hold;
        return hold.resize(memory);
    }

    /** The content of the request, which arrives from now on; empty if the head announces none. */
    Optional<RequestBody> beginContent() {
        RequestContent begun = RequestContent.of(context, head, server.memory(), client.address());
        if (begun == null) {
            return Optional.empty();
        }
        content = begun;
        connection.contentBegan(context);
        return Optional.of(begun.body());
    }

    /**
     * Accepts the next piece of the request; returns true if it ends a request without content, which can then be
     * dispatched.
     */
    boolean add(HttpContent piece) {
        boolean whole = !piece.decoderResult().isFailure();
        keepAlive = keepAlive && whole;
        if (!whole && response == null && !over) {
            // The reader of the content is notified below; the client gets the error immediately.
            refuse(LocalErrors.malformed(piece.decoderResult().cause()));
        }
        if (content != null && !over && !content.add(piece.content())) {
            breakOff(noMemory());
            return false;
        }
        return (piece instanceof LastHttpContent || !whole) && end(whole);
    }

    private boolean end(boolean whole) {
        boolean endsNow = !requestEnded;
        requestEnded = true;
        if (content != null) {
            content.end(whole);
            return false;
        }
        return endsNow && !over;
    }

    private Answer noMemory() {
        return LocalErrors.noMemory(server, client.address());
    }

    /** Makes this response the last of the connection, which then closes in stages. */
    void makeLast() {
        keepAlive = false;
        stillSends = true;
    }

    /** Sends an error response instead of reading the rest of the request. */
    void refuse(Answer error) {
        requestEnded = true;
        makeLast();
        fail(error);
    }

    /**
     * Stops reading the content: the task that reads it gets an error, and the client gets this response if none has
     * begun.
     */
    void breakOff(Answer error) {
        if (response == null && !over) {
            refuse(error);
        } else {
            requestEnded = true;
            makeLast();
            context.close();
        }
        // Only now, because the reader would otherwise send its own response.
        if (content != null) {
            content.end(false);
        }
    }

    /** Sends a response of the server in place of the responder's. */
    void fail(Answer error) {
        answer(server.readable(head, error));
    }

    /** Accepts the responder's response; runs on the event loop, and immediately if possible. */
    void respond(Answer answer) {
        if (context.executor().inEventLoop() && requestEnded) {
            answer(answer);
        } else {
            context.executor().execute(() -> answer(answer));
        }
    }

    /** Writes the response, unless one has begun. */
    void answer(Answer answer) {
        if (response != null) {
            answer.body().abandon();
            return;
        }
        if (over || !context.channel().isActive()) {
            answer.body().abandon();
            responded(answer, 0, false);
            return;
        }
        // The rest of content that nobody needs is not read.
        stillSends = stillSends || !requestEnded;
        keepAlive = keepAlive && requestEnded && !server.isDraining();
        ExchangeResponse ready = new ExchangeResponse(
                this, context, head, answer, () -> server.memory().hold(client.address()));
        if (ready.hasRoom()) {
            start(ready);
        } else {
            ready.drop();
            keepAlive = false;
            fail(noMemory());
        }
    }

    private void start(ExchangeResponse ready) {
        HttpResponse begun = ready.head(id, keepAlive);
        keepAlive = HttpUtil.isKeepAlive(begun);
        response = ready;
        ready.start(begun);
    }

    /**
     * Sends an interim response, or drops it if the final response has begun (RFC 9110 §15.2) or the client uses
     * HTTP/1.0.
     */
    void early(int status, Fields fields) {
        context.executor().execute(() -> {
            boolean waits = response == null && !over && context.channel().isActive();
            if (waits && head.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
                context.writeAndFlush(ResponseHead.early(status, fields));
            }
        });
    }

    /** The client has left. */
    void gone() {
        client.departure().gone();
        if (content != null) {
            content.discard();
        }
        releaseHead();
        if (response != null) {
            response.cancel();
        }
    }

    private void releaseHead() {
        if (headHold != null) {
            headHold.close();
        }
    }

    @Override
    public void responded(Answer answer, long bytes, boolean whole) {
        if (over) {
            return;
        }
        over = true;
        if (content != null) {
            content.skip();
        }
        releaseHead();
        server.finished(client.address(), head, id, startedAt, answer, bytes, whole);
        connection.over(context, this, whole && keepAlive, whole && stillSends);
    }
}
