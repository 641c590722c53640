package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client's own conditions hold also for what is not kept, and decide nothing for others. */
@Timeout(120)
class ClientConditionsTest {
    private static final String[] SECRET = {"Authorization", "Basic eDp5"};
    private static final String MODIFIED = "Mon, 01 Jan 2024 00:00:00 GMT";

    @TempDir
    Path folder;

    private ScriptedOrigin origin;
    private Stage<String> stage;
    private volatile String control = "private, no-cache";
    private volatile boolean conditional = true;

    @BeforeEach
    void start() throws IOException {
        origin = ScriptedOrigin.open("127.0.0.1", (request, reply) -> {
            boolean known =
                    request.field("If-None-Match").filter("\"e\""::equals).isPresent()
                            || request.field("If-Modified-Since")
                                    .filter(MODIFIED::equals)
                                    .isPresent();
            boolean part = request.field("Range").isPresent()
                    && request.field("If-Range").filter("\"e\""::equals).isPresent();
            reply.field("ETag", "\"e\"").field("Last-Modified", MODIFIED).field("Cache-Control", control);
            if (conditional && known) {
                reply.status(304).sendHead();
            } else if (conditional && part) {
                reply.status(206).field("Content-Range", "bytes 5-9/10").answer("56789");
            } else {
                reply.answer("0123456789");
            }
        });
        stage = Stage.ofFiles(folder, origin.base()).start();
    }

    @AfterEach
    void stop() {
        stage.close();
        origin.close();
        assertThat(origin.failures()).isEmpty();
    }

    private OriginRequest last() {
        return origin.requests().getLast();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"If-None-Match | \"e\"", "If-Modified-Since | Mon, 01 Jan 2024 00:00:00 GMT"})
    void theOriginConfirmsTheCopyOfAnAuthorisedClient(String name, String value) throws Exception {
        for (String method : new String[] {"GET", "HEAD"}) {
            HttpResponse<String> answer = stage.send(method, "a", SECRET[0], SECRET[1], name, value);
            assertThat(answer.statusCode()).isEqualTo(304);
            assertThat(answer.headers().firstValue("ETag")).hasValue("\"e\"");
            assertThat(last().field(name)).hasValue(value);
        }
    }

    @Test
    void anAuthorisedDownloadIsResumed() throws Exception {
        HttpResponse<String> rest = stage.get("a", SECRET[0], SECRET[1], "Range", "bytes=5-", "If-Range", "\"e\"");

        assertThat(rest.statusCode()).isEqualTo(206);
        assertThat(rest.body()).isEqualTo("56789");
    }

    @Test
    void aDownloadOfUncacheableContentIsResumed() throws Exception {
        stage.get("a");
        assertThat(stage.get("a", "Range", "bytes=5-", "If-Range", "\"e\"").statusCode())
                .isEqualTo(206);
        assertThat(stage.get("a", "Range", "bytes=5-", "If-Range", "\"other\"").body())
                .isEqualTo("0123456789");
    }

    @Test
    void uncacheableContentIsRequestedWithTheClientsConditions() throws Exception {
        stage.get("a");

        assertThat(stage.get("a", "If-None-Match", "\"e\"").statusCode()).isEqualTo(304);
        assertThat(last().field("If-None-Match")).hasValue("\"e\"");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResponseThatPassesIsJudgedWhereTheOriginWasNotAsked(boolean authorised) throws Exception {
        conditional = false;
        HttpResponse<String> answer = authorised
                ? stage.get("a", SECRET[0], SECRET[1], "If-None-Match", "\"e\"")
                : stage.get("a", "If-None-Match", "\"e\"");

        assertThat(answer.statusCode()).isEqualTo(304);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValue("Content-Length")).isEmpty();
    }

    @Test
    void aNoStoreRequestKeepsItsConditionsAndLeavesStoredResponses() throws Exception {
        control = "max-age=60";
        stage.get("a");
        stage.clock.advance(Duration.ofSeconds(3));
        HttpResponse<String> own = stage.get("a", "Cache-Control", "no-store", "If-None-Match", "\"e\"");
        assertThat(own.statusCode()).isEqualTo(304);
        assertThat(last().field("If-None-Match")).hasValue("\"e\"");

        assertThat(stage.get("a").body()).isEqualTo("0123456789");
        assertThat(origin.requests()).hasSize(2);
    }

    @Test
    void theConditionsOfOneClientDoNotAffectItsFollowers() throws Exception {
        control = "max-age=60";
        Gate gate = new Gate();
        origin.handler((request, reply) -> {
            reply.waitAt(gate);
            reply.field("ETag", "\"e\"").field("Cache-Control", control).answer("0123456789");
        });
        CompletableFuture<HttpResponse<String>> first = send("If-None-Match", "\"e\"");
        gate.awaitReached();
        CompletableFuture<HttpResponse<String>> second = send("Accept", "*/*");
        gate.open();

        assertThat(first.get().statusCode()).isEqualTo(304);
        assertThat(second.get().body()).isEqualTo("0123456789");
        assertThat(origin.requests())
                .singleElement()
                .satisfies(request -> assertThat(request.field("If-None-Match")).isEmpty());
    }

    private CompletableFuture<HttpResponse<String>> send(String... fields) {
        return stage.client()
                .sendAsync(
                        HttpRequest.newBuilder(stage.uri("a"))
                                .timeout(Stage.PATIENCE)
                                .headers(fields)
                                .build(),
                        BodyHandlers.ofString());
    }

    @Test
    void aConfirmationOfAClientsCopyDoesNotPreventCollapsing() throws Exception {
        stage.get("a", SECRET[0], SECRET[1], "If-None-Match", "\"e\"");
        stage.get("a");

        assertThat(stage.metric("vault_requests_uncollapsed_total")).isEqualTo("0.0");
    }
}
