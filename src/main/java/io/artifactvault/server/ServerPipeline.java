package io.artifactvault.server;

import io.artifactvault.server.wire.StrictRequestDecoder;
import io.artifactvault.server.wire.UnreadEnd;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponseEncoder;

/**
 * The handlers of a client connection, in order:
 *
 * <pre>
 *   socket
 *     │  UnreadEnd             closes connections whose client left while they were not read
 *     │  ConnectionWatch       closes connections whose client keeps the vault waiting too long
 *     │  StrictRequestDecoder  octets → heads and chunks; strict framing, limits on line and fields
 *     │  HttpResponseEncoder   heads and chunks → octets
 *     ▼  RequestHandler        one request at a time: OpenExchange, RequestDispatch → Responder → BodyWriter
 * </pre>
 */
final class ServerPipeline extends ChannelInitializer<Channel> {
    private final ServerSettings settings;
    private final ServerContext server;
    private final RequestDispatch dispatch;

    ServerPipeline(ServerSettings settings, ServerContext server) {
        this.settings = settings;
        this.server = server;
        this.dispatch = new RequestDispatch(server, settings);
    }

    @Override
    protected void initChannel(Channel channel) {
        HttpDecoderConfig config = new HttpDecoderConfig()
                .setMaxInitialLineLength(settings.maxRequestHead())
                .setMaxHeaderSize(settings.maxRequestHead())
                .setMaxChunkSize(32 * 1024);
        RequestHandler requests = new RequestHandler(server, settings, dispatch);
        channel.pipeline()
                .addLast(new UnreadEnd())
                .addLast(requests.watch())
                .addLast(new StrictRequestDecoder(config, requests))
                .addLast(new HttpResponseEncoder())
                .addLast(requests);
    }
}
