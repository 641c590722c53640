package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.foreign.Mutations;
import io.artifactvault.origin.policy.RateReport;
import io.artifactvault.origin.policy.RetryAfter;
import io.artifactvault.origin.wire.Inbox;
import io.artifactvault.origin.wire.ResponseDecoder;
import io.artifactvault.origin.wire.ResponseHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever octets an origin sends, in whatever pieces: the answer ends or fails by name, and no buffer stays. */
class AnswerFuzzTest {
    private static final int ROUNDS = 3000;

    private static final List<String> SOUND = List.of(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nCache-Control: max-age=5, private=\"a, b\"\r\nETag: \"a\"\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nVary: a, b\r\n\r\n5;a=\"b\"\r\nhello\r\n0\r\nX: y\r\n\r\n",
            "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\nHTTP/1.1 206 Partial\r\nContent-Range: bytes 0-4/9\r\n"
                    + "Content-Length: 5\r\n\r\nhello",
            "HTTP/1.0 302 Found\r\nLocation: //a.test/b?c\r\nRetry-After: 5\r\nRateLimit: \"api\";r=1;t=5\r\n\r\nhello",
            "HTTP/1.1 304 Not Modified\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nAge: 5\r\n\r\n");

    @Test
    void nothingThatAnOriginSendsBreaksTheConnectionsCode() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            receive(new Mutations(seed).of(SOUND.get(seed % SOUND.size())), seed);
        }
    }

    private static void receive(String octets, int seed) {
        ResponseDecoder decoder = new ResponseDecoder();
        ResponseHandler handler = new ResponseHandler(decoder);
        EmbeddedChannel channel = new EmbeddedChannel(decoder, handler);
        Inbox inbox = new Inbox(() -> {});
        HttpMethod method = seed % 7 == 0 ? HttpMethod.HEAD : HttpMethod.GET;
        handler.start(inbox, new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, "/"), false);
        List<ByteBuf> sent = new ArrayList<>();
        Mutations pieces = new Mutations(seed);
        for (int at = 0; at < octets.length() && channel.isActive(); ) {
            int count = pieces.piece(octets.length() - at);
            ByteBuf piece = Unpooled.copiedBuffer(octets.substring(at, at + count), StandardCharsets.ISO_8859_1);
            sent.add(piece);
            channel.writeInbound(piece);
            at += count;
        }
        channel.close();
        channel.runPendingTasks();
        channel.checkException();
        assertEnds(inbox, seed);
        inbox.cancel();
        channel.finishAndReleaseAll();
        assertThat(sent).as("buffers of seed %d", seed).allMatch(piece -> piece.refCnt() == 0);
    }

    private static void assertEnds(Inbox inbox, int seed) {
        List<Inbox.Item> items = new ArrayList<>();
        try {
            for (Inbox.Item item = inbox.take(0); item != null; item = inbox.take(0)) {
                items.add(item);
                if (item instanceof Inbox.Chunk chunk) {
                    chunk.bytes().release();
                } else if (item instanceof Inbox.Head head) {
                    // What reads the head further on must take it, too.
                    RateReport.of(head.fields());
                    RetryAfter.of(head.fields());
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assertThat(items.getLast()).as("seed %d", seed).isInstanceOfAny(Inbox.End.class, Inbox.Fault.class);
    }
}
