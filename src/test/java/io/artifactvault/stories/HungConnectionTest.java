package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.origin.HedgeSettings;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One connection that hangs, before its answer or in the middle of it: clients get what they want over another. */
@Timeout(120)
class HungConnectionTest extends HubStory {
    private static final String WEIGHTS = "acme/tiny/resolve/main/model.safetensors";
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final HedgeSettings SOON = new HedgeSettings(Duration.ofMillis(100), Duration.ofMillis(100), 10, 5);
    private static final int STALL = 100_000;

    private final Content content = Content.generated(300_000, 7);

    @Override
    Stage<byte[]> setUp(Stage<byte[]> usual) {
        return usual.timeout(LONG).origin(towards -> towards.hedge(SOON));
    }

    private long hedges(String result) throws Exception {
        return operator.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("vault_upstream_hedges_total{result=\"" + result + "\"}"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hub", "cdn"})
    void theClientDoesNotNoticeAConnectionThatHangsBeforeTheHead(String host) throws Exception {
        Gate never = new Gate();
        hub.failOnce(host.equals("hub") ? Asked.hub() : Asked.cdn(), Fault.stallBeforeHead(never));
        HttpResponse<byte[]> answer = stage.get(WEIGHTS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).hasSize(204_800);
        assertThat(hedges("won")).isEqualTo(1);
        never.open();
    }

    @Test
    void aHubDownloadThatHangsInTheMiddleContinuesOnAnotherConnection() throws Exception {
        byte[] right = stage.get(WEIGHTS).body();
        stage.close();
        stage = setUp(Stage.ofHub(dir.resolve("anew"), hub.base())).start();
        operator = new Operator(stage);
        Gate never = new Gate();
        hub.failOnce(Asked.cdn(), Fault.stallAfter(STALL, never));
        assertThat(stage.get(WEIGHTS).body()).isEqualTo(right);
        assertThat(hedges("won")).isEqualTo(1);
        stage.awaitQuiet();
        hub.reset();
        assertThat(stage.get(WEIGHTS).body()).isEqualTo(right);
        assertThat(hub.requests()).isEmpty();
        never.open();
    }

    /** A backend of type http with one file, whose first answer stands still in the middle. */
    private final class Files implements AutoCloseable {
        private final Gate stalled = new Gate();
        private final AtomicInteger asked = new AtomicInteger();
        private final ScriptedOrigin origin;
        private final Stage<String> stage;

        /** What becomes of the second connection. */
        @FunctionalInterface
        interface Second {
            void answer(OriginReply reply) throws IOException;
        }

        Files(Second second) throws IOException {
            origin = ScriptedOrigin.open("127.0.0.1", (_, reply) -> {
                if (asked.incrementAndGet() == 2) {
                    second.answer(reply);
                } else {
                    named(reply, "\"v1\"").gateAfter(STALL, stalled);
                }
                reply.serve(content);
            });
            stage = Stage.ofFiles(dir.resolve("files"), origin.base())
                    .origin(towards -> towards.timeouts(LONG).hedge(SOON))
                    .start();
        }

        OriginRequest second() {
            return origin.requests().get(1);
        }

        byte[] get() throws Exception {
            return stage.send("GET", "file").body().getBytes(StandardCharsets.ISO_8859_1);
        }

        @Override
        public void close() {
            stalled.open();
            stage.close();
            origin.close();
        }
    }

    private static OriginReply named(OriginReply reply, String tag) {
        return reply.field("ETag", tag).field("Cache-Control", "max-age=60");
    }

    private byte[] right() {
        byte[] right = new byte[(int) content.length()];
        content.read(0, right, 0, right.length);
        return right;
    }

    @Test
    void aBodyThatStandsStillIsContinuedOnASecondConnectionWithTheSameValidator() throws Exception {
        try (Files files = new Files(reply -> named(reply, "\"v1\""))) {
            assertThat(files.get()).isEqualTo(right());
            assertThat(files.second().field("If-Range")).hasValue("\"v1\"");
            assertThat(files.second().field("Range").orElseThrow()).startsWith("bytes=");
            assertThat(files.asked).hasValue(2);
        }
    }

    @Test
    void theFirstConnectionWinsWhereItGoesOnBeforeTheSecondDelivers() throws Exception {
        Gate left = new Gate();
        Gate begun = new Gate();
        try (Files files = new Files(reply -> {
            begun.open();
            try {
                reply.neverAnswer();
            } finally {
                left.open();
            }
        })) {
            Thread.ofVirtual().start(() -> {
                try {
                    begun.pass();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
                files.stalled.open();
            });
            assertThat(files.get()).isEqualTo(right());
            left.pass();
            assertThat(files.asked).hasValue(2);
        }
    }

    @Test
    void aSecondConnectionWithOtherContentIsNeverSplicedIn() throws Exception {
        Gate answered = new Gate();
        Content other = Content.generated(300_000, 8);
        try (Files files = new Files(reply -> {
            try {
                named(reply, "\"v2\"").serve(other);
            } finally {
                answered.open();
            }
        })) {
            Thread.ofVirtual().start(() -> {
                try {
                    answered.pass();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
                files.stalled.open();
            });
            assertThat(files.get()).isEqualTo(right());
        }
    }
}
