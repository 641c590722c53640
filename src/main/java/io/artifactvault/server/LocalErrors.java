package io.artifactvault.server;

import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.Errors;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.MessageFraming;
import io.artifactvault.server.wire.HeadSize;
import io.artifactvault.server.wire.StrictRequestDecoder;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The errors that the server itself responds with, before or instead of the responder: malformed requests, exceeded
 * limits, and its own failures. Each status has one sentence. Called on event loops; thread-safe.
 */
final class LocalErrors {
    private static final Logger log = LoggerFactory.getLogger(LocalErrors.class);
    private static final String RETRY_AFTER = "1";

    private LocalErrors() {}

    /** The error for a request that the decoder could not parse. */
    static Answer malformed(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ -> error(414, "The request line is too long.");
            case TooLongHttpHeaderException _ -> error(431, "The request fields are too long.");
            case StrictRequestDecoder.RefusedException refused -> refused(refused.fault());
            default -> error(400, "The request is not valid HTTP.");
        };
    }

    private static Answer refused(MessageFraming.Fault fault) {
        return switch (fault) {
            case MALFORMED -> error(400, "The request is not valid HTTP/1.1.");
            case UNKNOWN_CODING -> error(501, "The only supported transfer coding is chunked.");
            case OTHER_VERSION -> error(505, "The vault supports HTTP/1.1 and HTTP/1.0 only.");
        };
    }

    static Answer headTooLong() {
        return error(431, "The request line and fields are too long.");
    }

    static Answer contentTooSlow() {
        return error(408, "The request's content arrived too slowly, or took too long.");
    }

    /** The error for a request that is well framed, but contains an invalid value. */
    static Answer badRequest(ClientRequests.BadRequestException why) {
        return error(why.status(), String.valueOf(why.getMessage()));
    }

    /** The error for a bug of the vault, which this method logs. */
    static Answer broken(Throwable failure) {
        log.error("Could not respond to a request", failure);
        return error(500, "The vault failed while it processed the request; its log contains the reason.");
    }

    /** The error when there is no memory for the client's data, which this method counts. */
    static Answer noMemory(ServerContext server, String client) {
        server.counts().refusedMemory(client);
        boolean ofShare = server.memory().refusal(client, HeadSize.LARGE) == MemoryBudget.Refusal.SHARE;
        return Errors.answer(
                ofShare ? 429 : 503,
                Fields.of("Retry-After", RETRY_AFTER),
                ofShare
                        ? "Your address has reached its memory limit (max_buffered_share); try again in a moment."
                        : "The vault has reached its memory limit (max_buffered_bytes); try again in a moment.",
                CacheStatus.local());
    }

    /** The last response of a connection on which there is no request yet to respond to. */
    static FullHttpResponse withoutRequest(HttpResponseStatus status) {
        FullHttpResponse last = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
        last.headers().set("Connection", "close").set("Content-Length", "0");
        if (status.equals(HttpResponseStatus.SERVICE_UNAVAILABLE)) {
            last.headers().set("Retry-After", RETRY_AFTER);
        }
        return last;
    }

    private static Answer error(int status, String sentence) {
        return Errors.answer(status, sentence, CacheStatus.local());
    }
}
