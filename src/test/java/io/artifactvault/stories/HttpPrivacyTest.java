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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What concerns one client of a backend of type http reaches no other: cookies, and answers to requests with content. */
@Timeout(120)
class HttpPrivacyTest {
    @TempDir
    Path folder;

    private ScriptedOrigin origin;
    private Stage<String> stage;

    @BeforeEach
    void start() throws IOException {
        origin = ScriptedOrigin.open("127.0.0.1", answering("Cache-Control", "max-age=60"));
        stage = Stage.ofFiles(folder, origin.base()).start();
    }

    @AfterEach
    void stop() {
        stage.close();
        origin.close();
        assertThat(origin.failures()).isEmpty();
    }

    /** Each answer's body is the number of the request at the origin. */
    private OriginHandler answering(String... fields) {
        return (request, reply) -> {
            for (int i = 0; i < fields.length; i += 2) {
                reply.field(fields[i], fields[i + 1]);
            }
            reply.answer(Integer.toString(origin.requests().size()));
        };
    }

    private HttpResponse<String> get(String path, String... fields) throws IOException, InterruptedException {
        return stage.get(path, fields);
    }

    private static List<String> cookies(HttpResponse<?> answer) {
        return answer.headers().allValues("Set-Cookie");
    }

    @Test
    void aCookieReachesOnlyItsClient() throws Exception {
        origin.handler((request, reply) -> {
            int number = origin.requests().size();
            reply.field("Cache-Control", "max-age=60")
                    .field("Set-Cookie", "sid=" + number)
                    .answer("" + number);
        });

        assertThat(cookies(get("a"))).containsExactly("sid=1");
        HttpResponse<String> other = get("a");
        assertThat(other.body()).isEqualTo("2");
        assertThat(cookies(other)).containsExactly("sid=2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"public, max-age=60", "max-age=60, private=\"Set-Cookie\"", "max-age=60, no-cache=\"set-cookie\""
            })
    void aResponseWithACookieIsStoredIfTheOriginAllowsIt(String control) throws Exception {
        origin.handler(answering("Cache-Control", control, "Set-Cookie", "sid=x"));
        get("a");
        HttpResponse<String> again = get("a");

        assertThat(again.body()).isEqualTo("1");
        assertThat(cookies(again)).hasSize(control.contains("public") ? 1 : 0);
    }

    @Test
    void aCrowdSharesNoCookie() throws Exception {
        Gate gate = new Gate();
        origin.handler((request, reply) -> {
            String number = "sid=" + request.connection();
            reply.waitAt(gate);
            reply.field("Cache-Control", "max-age=60")
                    .field("Set-Cookie", number)
                    .answer("x");
        });
        HttpRequest request =
                HttpRequest.newBuilder(stage.uri("a")).timeout(Stage.PATIENCE).build();
        List<CompletableFuture<HttpResponse<String>>> crowd = IntStream.range(0, 5)
                .mapToObj(_ -> stage.client().sendAsync(request, BodyHandlers.ofString()))
                .toList();
        gate.open();

        for (CompletableFuture<HttpResponse<String>> reader : crowd) {
            assertThat(cookies(reader.get())).hasSize(1);
        }
        assertThat(origin.requests()).hasSize(5);
    }

    @Test
    void a304WithACookieFreshensNothingForOthers() throws Exception {
        origin.handler(answering("Cache-Control", "max-age=60", "ETag", "\"v\""));
        get("a");
        stage.clock.advance(Duration.ofSeconds(61));
        origin.handler((request, reply) -> reply.status(304)
                .field("Cache-Control", "max-age=60")
                .field("Set-Cookie", "sid=" + origin.requests().size())
                .sendHead());
        HttpResponse<String> asker = get("a");
        HttpResponse<String> other = get("a");

        assertThat(asker.body()).isEqualTo("1");
        assertThat(cookies(asker)).containsExactly("sid=2");
        assertThat(other.body()).isEqualTo("1");
        assertThat(cookies(other)).containsExactly("sid=3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Type: text/html", "ETag: \"v\"", "Cache-Control: public"})
    void aResponseToACookieIsNotStoredHeuristically(String field) throws Exception {
        String[] parts = field.split(": ", 2);
        origin.handler(answering(parts[0], parts[1], "Last-Modified", "Wed, 01 Jan 2020 00:00:00 GMT"));

        assertThat(get("a", "Cookie", "sid=1").body()).isEqualTo("1");
        assertThat(get("a").body()).isEqualTo("2");
        assertThat(get("a").body()).isEqualTo("2");
    }

    @Test
    void aResponseToACookieIsNotStoredByTheOperatorsDefault() throws Exception {
        origin.handler(answering());
        try (Stage<String> lasting = Stage.ofFiles(folder.resolve("lasting"), origin.base())
                .files(files -> files.defaultTtl(Optional.of(Duration.ofHours(1))))
                .start()) {
            assertThat(lasting.get("a", "Cookie", "sid=1").body()).isEqualTo("1");
            assertThat(lasting.get("a").body()).isEqualTo("2");
            assertThat(lasting.get("a", "Cookie", "sid=1").body()).isEqualTo("2");
        }
    }

    @Test
    void aResponseToACookieIsStoredWithAnExplicitLifetime() throws Exception {
        assertThat(get("a", "Cookie", "sid=1").body()).isEqualTo("1");
        assertThat(get("a").body()).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Cookie: sid=1", "Authorization: Basic eA=="})
    void a304ForOneClientFreshensNothingForOthers(String field) throws Exception {
        String[] parts = field.split(": ", 2);
        origin.handler(answering("Last-Modified", "Wed, 01 Jan 2020 00:00:00 GMT", "Cache-Control", "no-cache"));
        get("a");
        origin.handler((request, reply) -> {
            if (request.fields().has(parts[0])) {
                reply.status(304)
                        .field("Cache-Control", "")
                        .field("X-For", "one")
                        .sendHead();
            } else {
                reply.status(401).answer("log in");
            }
        });
        HttpResponse<String> one = get("a", parts[0], parts[1]);

        assertThat(one.body()).isEqualTo("1");
        assertThat(one.headers().firstValue("X-For")).contains("one");
        assertThat(get("a").statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"private", "no-store", "private, max-age=60"})
    void a304WithNoStoreRemovesTheStoredResponse(String control) throws Exception {
        origin.handler(answering("Cache-Control", "max-age=60", "ETag", "\"v\""));
        get("a");
        stage.clock.advance(Duration.ofSeconds(61));
        origin.handler((request, reply) ->
                reply.status(304).field("Cache-Control", control).sendHead());
        HttpResponse<String> asker = get("a");
        origin.handler(answering("Cache-Control", control));

        assertThat(asker.body()).isEqualTo("1");
        assertThat(get("a").body()).isEqualTo("3");
        assertThat(origin.requests().getLast().fields().has("If-None-Match")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"private", "no-store"})
    void aResponseToHeadWithNoStoreRemovesTheStoredResponse(String control) throws Exception {
        origin.handler(answering("Cache-Control", "max-age=60", "ETag", "\"v\""));
        get("a");
        stage.clock.advance(Duration.ofSeconds(61));
        origin.handler((request, reply) ->
                reply.field("Cache-Control", control).field("ETag", "\"v\"").answer("x"));
        assertThat(stage.send("HEAD", "a").headers().firstValue("Cache-Control"))
                .contains(control);
        origin.handler(answering("Cache-Control", "max-age=60"));

        assertThat(get("a").body()).isEqualTo("3");
    }

    private HttpResponse<String> ask(String method, String path, String content, String... fields)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(stage.uri(path))
                .timeout(Stage.PATIENCE)
                .method(method, BodyPublishers.ofString(content));
        if (fields.length > 0) {
            request.headers(fields);
        }
        HttpResponse<String> answer = stage.client().send(request.build(), BodyHandlers.ofString());
        stage.awaitQuiet();
        return answer;
    }

    @Test
    void aGetWithContentGetsAResponseOfItsOwn() throws Exception {
        origin.handler((request, reply) -> reply.field("Cache-Control", "max-age=60")
                .field("ETag", "\"v\"")
                .answer("re: " + new String(request.body(), StandardCharsets.US_ASCII)));

        assertThat(get("a").body()).isEqualTo("re: ");
        HttpResponse<String> asked = ask("GET", "a", "A");
        assertThat(asked.body()).isEqualTo("re: A");
        assertThat(asked.headers().firstValue("Cache-Status")).contains("artifact-vault; fwd=request; fwd-status=200");
        assertThat(ask("GET", "a", "B").body()).isEqualTo("re: B");
        assertThat(get("a").body()).isEqualTo("re: ");
        assertThat(origin.requests()).hasSize(3);
    }

    @Test
    void anAnswerToAGetWithContentIsNotKept() throws Exception {
        origin.handler((request, reply) -> reply.field("Cache-Control", "max-age=60")
                .field("ETag", "\"v\"")
                .answer("re: " + new String(request.body(), StandardCharsets.US_ASCII)));
        ask("GET", "a", "A");

        assertThat(get("a").body()).isEqualTo("re: ");
        assertThat(ask("GET", "a", "A").body()).isEqualTo("re: A");
    }

    @Test
    void twoGetsWithContentAtOnceGetAnAnswerEach() throws Exception {
        Gate gate = new Gate();
        origin.handler((request, reply) -> {
            reply.waitAt(gate);
            reply.field("Cache-Control", "max-age=60")
                    .answer("re: " + new String(request.body(), StandardCharsets.US_ASCII));
        });
        List<CompletableFuture<HttpResponse<String>>> crowd = List.of("A", "B", "").stream()
                .map(content -> stage.client()
                        .sendAsync(
                                HttpRequest.newBuilder(stage.uri("a"))
                                        .timeout(Stage.PATIENCE)
                                        .method(
                                                "GET",
                                                content.isEmpty()
                                                        ? BodyPublishers.noBody()
                                                        : BodyPublishers.ofString(content))
                                        .build(),
                                BodyHandlers.ofString()))
                .toList();
        gate.open();

        assertThat(crowd.stream().map(answer -> answer.join().body())).containsExactly("re: A", "re: B", "re: ");
        assertThat(origin.requests()).hasSize(3);
    }

    @Test
    void aHeadWithContentNeitherFreshensNorRemovesStoredResponses() throws Exception {
        origin.handler(answering("Cache-Control", "max-age=60", "ETag", "\"v\""));
        get("a");
        origin.handler((request, reply) -> reply.field("ETag", "\"w\"").answer("longer"));
        assertThat(ask("HEAD", "a", "A").headers().firstValue("ETag")).contains("\"w\"");

        assertThat(get("a").body()).isEqualTo("1");
        assertThat(origin.requests()).hasSize(2);
    }

    @Test
    void theOriginEvaluatesConditionsAndRangesOfAGetWithContent() throws Exception {
        origin.handler(
                (request, reply) -> reply.status(304).field("ETag", "\"v\"").sendHead());
        HttpResponse<String> answer = ask("GET", "a", "A", "If-None-Match", "\"v\"", "Range", "bytes=0-1,4-5");

        assertThat(answer.statusCode()).isEqualTo(304);
        assertThat(origin.requests().getFirst().fields().first("If-None-Match")).contains("\"v\"");
        assertThat(origin.requests().getFirst().fields().first("Range")).contains("bytes=0-1,4-5");
    }

    @Test
    void noStoredResponseReplacesTheOneToAGetWithContent() throws Exception {
        get("a");
        stage.clock.advance(Duration.ofSeconds(61));
        origin.handler((request, reply) -> reply.status(503).answer("down"));
        assertThat(ask("GET", "a", "A").body()).isEqualTo("down");
        origin.handler((request, reply) -> reply.drop());

        assertThat(ask("GET", "a", "A").statusCode()).isBetween(502, 504);
    }

    @Test
    void aGetWithContentAndOnlyIfCachedIsNotAnsweredFromTheStore() throws Exception {
        get("a");

        assertThat(ask("GET", "a", "A", "Cache-Control", "only-if-cached").body())
                .isEqualTo("2");
    }
}
