package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.origin.wire.Inbox;
import io.artifactvault.origin.wire.ResponseDecoder;
import io.artifactvault.origin.wire.ResponseHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An origin that sends its body in tiny pieces to a reader that does not read: what waits is bounded in buffers and in memory, not
 * only in bytes of the body. One such origin and a hundred readers once filled a heap of 256 MB.
 */
class TinyPiecesTest {
    private static final int READ = 64 * 1024;
    private static final int MOST_READS = 20_000;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final ResponseDecoder decoder = new ResponseDecoder();
    private final ResponseHandler handler = new ResponseHandler(decoder);
    private final Inbox inbox = new Inbox(() -> {});
    private final Asked asked = new Asked();
    private EmbeddedChannel channel;

    /** Whether the handler wants to read on. */
    private static final class Asked extends ChannelOutboundHandlerAdapter {
        private boolean wanted;

        @Override
        public void read(ChannelHandlerContext ctx) {
            wanted = true;
        }

        boolean take() {
            boolean was = wanted;
            wanted = false;
            return was;
        }
    }

    @BeforeEach
    void ask() {
        channel = new EmbeddedChannel(asked, decoder, handler);
        channel.config().setAutoRead(false);
        channel.config().setAllocator(allocator);
        asked.take();
        handler.start(inbox, new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"), false);
    }

    @AfterEach
    void nothingStays() {
        channel.close();
        inbox.cancel();
        channel.finishAndReleaseAll();
        assertThat(memory()).isZero();
    }

    private long memory() {
        return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    }

    private void receive(String octets) {
        ByteBuf read = allocator.buffer(octets.length());
        read.writeCharSequence(octets, StandardCharsets.ISO_8859_1);
        channel.writeInbound(read);
    }

    /** Sends the same again and again, as long as more is wanted; gives the number of times. */
    private int receiveWhileWanted(String octets) {
        int reads = 0;
        while (asked.take() && reads < MOST_READS) {
            receive(octets);
            reads++;
        }
        return reads;
    }

    /** How many pieces wait. */
    private int pieces() throws InterruptedException {
        int pieces = 0;
        for (Inbox.Item item = inbox.take(0); item != null; item = inbox.take(0)) {
            if (item instanceof Inbox.Chunk chunk) {
                pieces++;
                chunk.bytes().release();
            }
        }
        return pieces;
    }

    @Test
    void tinyChunksOfOneReadArePutTogether() throws Exception {
        asked.take();
        receive("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        int reads = receiveWhileWanted("1\r\nx\r\n".repeat(READ / 6));

        assertThat(reads).isBetween(10, 40);
        assertThat(memory()).isLessThan(2L * Inbox.HIGH_WATER);
        assertThat(pieces()).isLessThan(2 * reads);
    }

    @Test
    void tinyReadsCountForMoreThanTheirBytes() throws Exception {
        asked.take();
        receive("HTTP/1.1 200 OK\r\n\r\n");
        int reads = receiveWhileWanted("x");

        assertThat(reads).isLessThanOrEqualTo(Inbox.HIGH_WATER / 256);
        assertThat(memory()).isLessThan(2L * Inbox.HIGH_WATER);
        assertThat(pieces()).isEqualTo(reads);
    }
}
