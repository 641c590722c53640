package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.OriginHandler;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests for what could not be stored a moment ago do not wait for each other. */
@Timeout(120)
class HitForMissTest {
    private static final int CROWD = 5;
    private static final Duration LONGER_THAN_REMEMBERED = Duration.ofSeconds(11);

    @TempDir
    Path folder;

    private ScriptedOrigin origin;
    private Stage<String> stage;
    private volatile Gate gate = new Gate();

    @BeforeEach
    void start() throws IOException {
        gate.open();
        origin = ScriptedOrigin.open("127.0.0.1", answering(200, "Cache-Control", "no-store"));
        stage = Stage.ofFiles(folder, origin.base()).start();
    }

    @AfterEach
    void stop() {
        gate.open();
        stage.close();
        origin.close();
        assertThat(origin.failures()).isEmpty();
    }

    private OriginHandler answering(int status, String... fields) {
        return (request, reply) -> {
            reply.status(status);
            for (int i = 0; i < fields.length; i += 2) {
                reply.field(fields[i], fields[i + 1]);
            }
            reply.waitAt(gate);
            reply.answer("x");
        };
    }

    /** Sends a crowd's requests and waits until all are at the origin before any of them is answered. */
    private void expectAllUpstreamAtOnce(String method) throws Exception {
        int before = origin.requests().size();
        gate = new Gate();
        HttpRequest request = HttpRequest.newBuilder(stage.uri("a"))
                .timeout(Stage.PATIENCE)
                .method(method, BodyPublishers.noBody())
                .build();
        List<CompletableFuture<HttpResponse<String>>> crowd = IntStream.range(0, CROWD)
                .mapToObj(_ -> stage.client().sendAsync(request, BodyHandlers.ofString()))
                .toList();
        long deadline = System.nanoTime() + Stage.PATIENCE.toNanos() / 2;
        while (origin.requests().size() - before < CROWD && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        int waiting = origin.requests().size() - before;
        gate.open();
        for (CompletableFuture<HttpResponse<String>> reader : crowd) {
            reader.get();
        }
        assertThat(waiting).isEqualTo(CROWD);
    }

    /** Requests since startup that went upstream without meeting others. */
    private String uncollapsed() throws Exception {
        return stage.metric("vault_requests_uncollapsed_total");
    }

    @Test
    void requestsForAnUncacheableResponseAreForwardedInParallel() throws Exception {
        stage.get("a");

        expectAllUpstreamAtOnce("GET");
        assertThat(uncollapsed()).isEqualTo("5.0");
    }

    @Test
    void headRequestsForUncacheableResponsesDoNotWaitForEachOther() throws Exception {
        expectAllUpstreamAtOnce("HEAD");
    }

    @Test
    void requestsAreCollapsedAgainAfterAWhile() throws Exception {
        stage.get("a");
        stage.clock.advance(LONGER_THAN_REMEMBERED);
        stage.get("a");

        assertThat(uncollapsed()).isEqualTo("0.0");
    }

    @Test
    void requestsAreCollapsedAgainOnceAResponseWasStored() throws Exception {
        stage.get("a");
        origin.handler(answering(200, "Cache-Control", "max-age=1"));
        stage.get("a");
        stage.clock.advance(Duration.ofSeconds(2));
        stage.get("a");

        assertThat(uncollapsed()).isEqualTo("1.0");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 405, 406, 407, 429, 451, 500, 501, 503})
    void aRefusalOrATemporaryErrorDoesNotPreventCollapsing(int status) throws Exception {
        origin.handler(answering(status));
        stage.get("a");
        stage.get("a");

        assertThat(uncollapsed()).isEqualTo("0.0");
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization,Basic eDp5,404,Cache-Control,private",
        "Authorization,Basic eDp5,200,Cache-Control,private",
        "Authorization,Basic eDp5,200,Vary,*",
        "Cookie,sid=1,404,Cache-Control,private",
        "Cookie,sid=1,200,Cache-Control,no-store",
        "Cookie,sid=1,200,Vary,*",
    })
    void aResponseToOneClientDoesNotPreventCollapsingForOthers(
            String name, String value, int status, String field, String fieldValue) throws Exception {
        origin.handler(answering(status, field, fieldValue));
        stage.get("a", name, value);
        stage.get("a");

        assertThat(uncollapsed()).isEqualTo("0.0");
    }

    @Test
    void requestsWithCookiesForAPrivateResponseDoNotWaitForEachOther() throws Exception {
        origin.handler(answering(200, "Cache-Control", "private"));
        stage.get("a", "Cookie", "sid=1");
        stage.get("a", "Cookie", "sid=2");

        assertThat(uncollapsed()).isEqualTo("1.0");
    }

    @Test
    void anAbsenceThatMayNotBeStoredPreventsCollapsing() throws Exception {
        origin.handler(answering(404, "Cache-Control", "no-store"));
        stage.get("a");
        stage.get("a");

        assertThat(uncollapsed()).isEqualTo("1.0");
    }

    @ParameterizedTest
    @CsvSource({"Cookie,sid=1", "Range,bytes=0-0", "Authorization,Basic eDp5", "Cache-Control,no-store"})
    void aNoStoreRequestDoesNotPreventCollapsing(String name, String value) throws Exception {
        origin.handler(answering(200, "Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT"));
        stage.get("a", name, value);
        stage.clock.advance(Duration.ofDays(8));
        stage.get("a");

        assertThat(uncollapsed()).isEqualTo("0.0");
    }
}
