package io.artifactvault.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.content.ChunkPipe;
import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the end of a connection shows the client whether it has the whole response. */
class ExchangeResponseTest {
    private static final int RESET = 0;
    private static final int USUAL = -1;

    /** The end of a response, as its exchange sees it. */
    private record Ended(long bytes, boolean whole) {}

    /** Keeps the value that a socket would get. */
    private static final class LingerConfig extends DefaultChannelConfig {
        private int seconds = USUAL;

        LingerConfig(Channel channel) {
            super(channel);
        }

        @Override
        public <T> boolean setOption(ChannelOption<T> option, T value) {
            if (ChannelOption.SO_LINGER.equals(option)) {
                seconds = (Integer) value;
                return true;
            }
            return super.setOption(option, value);
        }
    }

    private static final class LingerChannel extends EmbeddedChannel {
        private @Nullable LingerConfig config;

        LingerChannel() {
            super(new HttpResponseEncoder(), new ChannelInboundHandlerAdapter());
        }

        /** Asked for by the constructor above already. */
        @Override
        public LingerConfig config() {
            if (config == null) {
                config = new LingerConfig(this);
            }
            return config;
        }
    }

    private final LingerChannel channel = new LingerChannel();
    private final List<Ended> ends = new ArrayList<>();
    private final ChunkPipe pipe = new ChunkPipe();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private ExchangeResponse begun(HttpVersion version, Body body) {
        HttpRequest request = new DefaultHttpRequest(version, HttpMethod.GET, "/a");
        ExchangeResponse response = new ExchangeResponse(
                (_, bytes, whole) -> ends.add(new Ended(bytes, whole)),
                channel.pipeline().lastContext(),
                request,
                new Answer(200, Fields.EMPTY, body, CacheStatus.local()),
                () -> MemoryBudget.unlimited().hold("client"));
        assertThat(response.hasRoom()).isTrue();
        HttpResponse head = response.head("id", true);
        assertThat(HttpUtil.isKeepAlive(head)).isEqualTo(version.equals(HttpVersion.HTTP_1_1));
        response.start(head);
        channel.runPendingTasks();
        return response;
    }

    @Test
    void aCloseResetsTheConnectionWhileOnlyItsEndCompletesTheResponse() {
        begun(HttpVersion.HTTP_1_0, new Body.Piped(pipe));

        assertThat(channel.config().seconds).isEqualTo(RESET);
        assertThat(ends).isEmpty();
    }

    @Test
    void theConnectionEndsAsUsualOnceSuchAResponseIsWhole() throws Exception {
        begun(HttpVersion.HTTP_1_0, new Body.Piped(pipe));
        pipe.put(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        pipe.end(true);
        channel.runPendingTasks();

        assertThat(ends).containsExactly(new Ended(3, true));
        assertThat(channel.config().seconds).isEqualTo(USUAL);
    }

    @Test
    void anAbortedResponseOfThatKindStillEndsWithAReset() throws Exception {
        begun(HttpVersion.HTTP_1_0, new Body.Piped(pipe));
        pipe.put(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        pipe.end(false);
        channel.runPendingTasks();

        assertThat(ends).containsExactly(new Ended(3, false));
        assertThat(channel.config().seconds).isEqualTo(RESET);
    }

    @Test
    void aChunkedResponseNeedsNoReset() {
        begun(HttpVersion.HTTP_1_1, new Body.Piped(pipe));

        assertThat(channel.config().seconds).isEqualTo(USUAL);
    }

    @Test
    void aClientThatLeavesEndsTheResponseOnce() {
        ExchangeResponse response = begun(HttpVersion.HTTP_1_1, new Body.Piped(pipe));
        response.cancel();
        response.cancel();

        assertThat(ends).containsExactly(new Ended(0, false));
    }
}
