package io.artifactvault.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.TimeUnit;

/**
 * The handlers of a client connection, in order:
 *
 * <pre>
 *   socket
 *     │  StrictRequestDecoder  octets → heads and chunks; strict framing, limits on line and fields
 *     │  HttpResponseEncoder   heads and chunks → octets
 *     │  IdleStateHandler      tells when nothing moved for idle_timeout, in either direction
 *     ▼  RequestHandler        one request at a time → Responder → BodyWriter
 * </pre>
 */
final class ServerPipeline extends ChannelInitializer<Channel> {
    private final ServerSettings settings;
    private final ServerContext server;

    ServerPipeline(ServerSettings settings, ServerContext server) {
        this.settings = settings;
        this.server = server;
    }

    @Override
    protected void initChannel(Channel channel) {
        HttpDecoderConfig config = new HttpDecoderConfig()
                .setMaxInitialLineLength(settings.maxRequestHead())
                .setMaxHeaderSize(settings.maxRequestHead())
                .setMaxChunkSize(32 * 1024);
        channel.pipeline()
                .addLast(new StrictRequestDecoder(config))
                .addLast(new HttpResponseEncoder())
                .addLast(new IdleStateHandler(true, 0, 0, settings.idleTimeout().toMillis(), TimeUnit.MILLISECONDS))
                .addLast(new RequestHandler(server));
    }
}
