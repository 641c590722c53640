package io.artifactvault.server;

import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.http.RequestBody;
import io.artifactvault.server.wire.HeadSize;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Optional;

/**
 * Leads a request from its decoded head to the {@link Responder}: refuses heads that are malformed or too large, and
 * hands the others over. A request with content is handed over at its head, one without at its end, so that the
 * response may follow immediately. Connections call it on their event loops; it has no state of its own.
 */
final class RequestDispatch {
    private final ServerContext server;
    private final int maxRequestHead;

    RequestDispatch(ServerContext server, ServerSettings settings) {
        this.server = server;
        this.maxRequestHead = settings.maxRequestHead();
    }

    /** Dispatches a request whose head has arrived. */
    void begin(OpenExchange exchange) {
        HttpRequest head = exchange.head();
        if (head.decoderResult().isFailure()) {
            exchange.refuse(LocalErrors.malformed(head.decoderResult().cause()));
            return;
        }
        int octets = HeadSize.octets(head);
        if (octets > maxRequestHead) {
            exchange.refuse(LocalErrors.headTooLong());
            return;
        }
        if (octets > HeadSize.LARGE && !exchange.holdHead(HeadSize.memory(head, octets))) {
            exchange.refuse(LocalErrors.noMemory(server, exchange.client().address()));
            return;
        }
        try {
            Optional<RequestBody> body = exchange.beginContent();
            if (body.isPresent()) {
                handOver(exchange, body);
            }
        } catch (RuntimeException e) {
            exchange.fail(LocalErrors.broken(e));
        }
    }

    /** Dispatches a request without content, whose end has arrived. */
    void ended(OpenExchange exchange) {
        handOver(exchange, Optional.empty());
    }

    private void handOver(OpenExchange exchange, Optional<RequestBody> body) {
        HttpRequest head = exchange.head();
        try {
            if (ClientRequests.isServerWide(head)) {
                exchange.answer(new Answer(204, Fields.EMPTY, new Body.None(), CacheStatus.local()));
                return;
            }
            Request request = server.requests().read(head, body, exchange::early, exchange.client());
            if (body.isPresent() && HttpUtil.is100ContinueExpected(head)) {
                exchange.context()
                        .writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
            }
            server.responder()
                    .respond(request)
                    .whenComplete((answer, failure) -> exchange.respond(
                            failure == null ? answer : server.readable(head, LocalErrors.broken(failure))));
        } catch (ClientRequests.BadRequestException e) {
            exchange.makeLast();
            exchange.fail(LocalErrors.badRequest(e));
        } catch (RuntimeException e) {
            exchange.fail(LocalErrors.broken(e));
        }
    }
}
