package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.origin.BreakerSettings;
import io.artifactvault.origin.RateSettings;
import io.artifactvault.testhub.Fields;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.OriginHandler;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A backend of type http in front of an origin that does as it is told. */
@Timeout(120)
class HttpBackendTest {
    private static final Duration PATIENCE = Stage.PATIENCE;

    @TempDir
    Path folder;

    private ScriptedOrigin origin;
    private Stage<String> stage;

    @BeforeEach
    void start() throws IOException {
        origin = ScriptedOrigin.open("127.0.0.1", answering("max-age=60"));
        stage = Stage.ofFiles(folder, origin.base()).start();
    }

    @AfterEach
    void stop() {
        stage.close();
        origin.close();
        assertThat(origin.failures()).isEmpty();
    }

    /** Each answer's body is the number of the request at the origin. */
    private OriginHandler answering(String control, String... fields) {
        return (request, reply) -> {
            reply.field("Cache-Control", control);
            for (int i = 0; i < fields.length; i += 2) {
                reply.field(fields[i], fields[i + 1]);
            }
            reply.answer(Integer.toString(origin.requests().size()));
        };
    }

    private HttpResponse<String> send(String method, String path, String... fields)
            throws IOException, InterruptedException {
        return stage.send(method, path, fields);
    }

    private HttpResponse<String> get(String path, String... fields) throws IOException, InterruptedException {
        return stage.get(path, fields);
    }

    @Test
    void aFreshAnswerIsReusedWithItsAgeAndAStaleOneIsNot() throws Exception {
        assertThat(get("a").body()).isEqualTo("1");
        stage.clock.advance(Duration.ofSeconds(59));
        HttpResponse<String> again = get("a");

        assertThat(again.body()).isEqualTo("1");
        assertThat(again.headers().firstValue("Age")).contains("59");
        assertThat(again.headers().firstValue("Cache-Status")).contains("artifact-vault; hit; ttl=1");
        assertThat(again.headers().firstValue("Via")).contains("1.1 artifact-vault");
        stage.clock.advance(Duration.ofSeconds(1));
        assertThat(get("a").body()).isEqualTo("2");
        assertThat(get("b").body()).isEqualTo("3");
    }

    @Test
    void aPageMayReadTheVaultsErrorsAndTheResponsesThatTheOriginAllows() throws Exception {
        String allowed = "access-control-allow-origin";
        assertThat(get("a", "Origin", "https://lab.example").headers().firstValue(allowed))
                .isEmpty();
        origin.handler(answering("no-store", allowed, "https://other.example"));
        assertThat(get("b", "Origin", "https://lab.example").headers().allValues(allowed))
                .containsExactly("https://other.example");
        origin.handler((_, reply) -> reply.status(503).answer("of the origin"));
        assertThat(get("c", "Origin", "https://lab.example").headers().firstValue(allowed))
                .isEmpty();
        assertThat(get("d", "Cache-Control", "only-if-cached").headers().firstValue(allowed))
                .hasValue("*");
        assertThat(send("TRACE", "e").headers().firstValue(allowed)).hasValue("*");
        origin.stop();
        HttpResponse<String> error = get("f", "Origin", "https://lab.example");
        assertThat(error.statusCode()).isEqualTo(502);
        assertThat(error.headers().firstValue(allowed)).hasValue("*");
        assertThat(error.headers().firstValue("access-control-expose-headers").orElseThrow())
                .contains("X-Error-Message");
        origin.start();
    }

    @Test
    void answersOutliveARestart() throws Exception {
        get("a");
        stage.restart();

        assertThat(get("a").body()).isEqualTo("1");
        assertThat(origin.requests()).hasSize(1);
    }

    @Test
    void aLargeAnswerIsCheckedAndServedAfterARestart() throws Exception {
        String large = "x".repeat(300_000);
        origin.handler(
                (request, reply) -> reply.field("Cache-Control", "max-age=60").answer(large));
        get("a");
        stage.restart();

        assertThat(get("a").body()).isEqualTo(large);
        assertThat(get("a", "Range", "bytes=299999-").statusCode()).isEqualTo(206);
        assertThat(origin.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ETag", "Last-Modified"})
    void aStaleAnswerIsAskedForConditionallyAndA304FreshensIt(String validator) throws Exception {
        String value = validator.equals("ETag") ? "\"v\"" : "Wed, 01 Jan 2020 00:00:00 GMT";
        String condition = validator.equals("ETag") ? "If-None-Match" : "If-Modified-Since";
        origin.handler(answering("max-age=60", validator, value, "X", "old"));
        get("a");
        stage.clock.advance(Duration.ofSeconds(60));
        origin.handler((request, reply) -> reply.status(304)
                .field("Cache-Control", "max-age=100")
                .field("X", "new")
                .sendHead());
        HttpResponse<String> confirmed = get("a");

        assertThat(confirmed.statusCode()).isEqualTo(200);
        assertThat(confirmed.body()).isEqualTo("1");
        assertThat(confirmed.headers().allValues("X")).containsExactly("new");
        assertThat(confirmed.headers().firstValue("X-Cache")).contains("REVALIDATED");
        assertThat(origin.requests().getLast().fields().first(condition)).contains(value);
        stage.clock.advance(Duration.ofSeconds(99));
        assertThat(get("a").headers().firstValue("Age")).contains("99");
        assertThat(origin.requests()).hasSize(2);
    }

    @Test
    void noRoutingFieldChangesTheResponsesOfOthers() throws Exception {
        origin.handler((request, reply) -> reply.field("Cache-Control", "max-age=60")
                .field("Vary", "User-Agent")
                .answer(request.field("X-Forwarded-Host").orElse("own") + request.target()));
        String[] evil = {
            "X-Forwarded-Host",
            "evil",
            "Forwarded",
            "host=evil",
            "X-Host",
            "evil",
            "X-Original-URL",
            "/evil",
            "X-Rewrite-URL",
            "/evil",
            "X-HTTP-Method-Override",
            "DELETE",
            "User-Agent",
            "evil"
        };

        assertThat(get("%7ea?sig=%2f&x=1&x=2", evil).body()).isEqualTo("own/%7ea?sig=%2f&x=1&x=2");
        assertThat(get("%7ea?sig=%2f&x=1&x=2").headers().firstValue("x-cache")).hasValue("HIT");
        assertThat(get("~a?sig=%2f&x=1&x=2").body()).isEqualTo("own/~a?sig=%2f&x=1&x=2");
        assertThat(origin.requests())
                .allSatisfy(request -> assertThat(request.fields().toString()).doesNotContain("evil"));
    }

    @Test
    void variantsAreStoredSideBySide() throws Exception {
        origin.handler(answering("max-age=60", "Vary", "Foo"));

        assertThat(get("a", "Foo", "1").body()).isEqualTo("1");
        assertThat(get("a", "Foo", "2").body()).isEqualTo("2");
        assertThat(get("a").body()).isEqualTo("3");
        assertThat(get("a", "Foo", "1").body()).isEqualTo("1");
        assertThat(get("a", "Foo", "2").body()).isEqualTo("2");
        assertThat(get("a").body()).isEqualTo("3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "M-SEARCH"})
    void aChangeMakesAllVariantsInvalid(String method) throws Exception {
        origin.handler(answering("max-age=60", "Vary", "Foo"));
        get("a", "Foo", "1");
        get("a", "Foo", "2");
        assertThat(send(method, "a").statusCode()).isEqualTo(200);

        assertThat(get("a", "Foo", "1").body()).isEqualTo("4");
        assertThat(get("a", "Foo", "2").body()).isEqualTo("5");
        OriginRequest change = origin.requests().get(2);
        assertThat(change.method()).isEqualTo(method);
    }

    @Test
    void aChangeThatFailsMakesNothingInvalid() throws Exception {
        get("a");
        origin.handler((request, reply) -> reply.status(500).answer("no"));
        assertThat(send("POST", "a").body()).isEqualTo("no");

        assertThat(get("a").body()).isEqualTo("1");
    }

    @Test
    void anUnsafeRequestIsSentOnceEvenWhenTheAnswerNeverComes() throws Exception {
        get("a");
        origin.reset();
        origin.handler((request, reply) -> reply.drop());

        assertThat(send("POST", "a").statusCode()).isEqualTo(502);
        assertThat(origin.requests()).hasSize(1);
    }

    /** Another of several servers behind one name has a newer version, and its own idea of conditions. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ETag: \"v1\": \"v2\"",
                "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT: Mon, 07 Nov 1994 08:49:37 GMT"
            })
    void a304OfAnotherVersionFreshensNothing(String validators) throws Exception {
        String[] parts = validators.split(": ", -1);
        origin.handler((request, reply) -> reply.field("Cache-Control", "max-age=60")
                .field(parts[0], parts[1])
                .answer("old"));
        assertThat(get("a").body()).isEqualTo("old");
        stage.clock.advance(Duration.ofSeconds(61));
        origin.handler((request, reply) -> {
            boolean conditional = request.field("If-None-Match").isPresent()
                    || request.field("If-Modified-Since").isPresent();
            reply.field("Cache-Control", "max-age=60").field(parts[0], parts[2]);
            if (conditional) {
                reply.status(304).sendHead();
            } else {
                reply.answer("new");
            }
        });

        assertThat(get("a").body()).isEqualTo("new");
        assertThat(get("a").headers().firstValue(parts[0])).hasValue(parts[2]);
        assertThat(origin.requests()).hasSize(3);
    }

    /** Such a client knows by the connection's end alone that it has all. */
    @Test
    void anHttp10ClientCannotMistakeAPartForTheWhole() throws Exception {
        origin.handler((request, reply) -> {
            if (request.path().equals("/cut")) {
                reply.sendRaw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                reply.drop();
            } else {
                reply.sendRaw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
            }
        });
        assertThat(readByHttp10("/whole")).endsWith("hello");
        assertThatThrownBy(() -> readByHttp10("/cut")).isInstanceOf(IOException.class);
    }

    private String readByHttp10(String path) throws IOException {
        URI uri = stage.uri(path.substring(1));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), uri.getPort())) {
            socket.setSoTimeout(20_000);
            String head = "GET " + uri.getPath() + " HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void anAnswerThatBreaksOffIsNotKept() throws Exception {
        origin.handler((request, reply) ->
                reply.field("Cache-Control", "max-age=60").dropAfter(5).answer("0123456789"));
        CompletableFuture<HttpResponse<String>> cut = CompletableFuture.supplyAsync(() -> {
            try {
                return send("GET", "a");
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(cut).failsWithin(PATIENCE);
        stage.awaitQuiet();
        origin.handler(answering("max-age=60"));

        assertThat(get("a").body()).isEqualTo("2");
    }

    @Test
    void aCrowdSharesOneAnswerThatMayBeKept() throws Exception {
        Gate gate = new Gate();
        origin.handler((request, reply) -> {
            reply.waitAt(gate);
            reply.field("Cache-Control", "max-age=60").answer("one");
        });
        List<CompletableFuture<HttpResponse<String>>> crowd = crowd(20);
        gate.open();

        for (CompletableFuture<HttpResponse<String>> reader : crowd) {
            assertThat(reader.get().body()).isEqualTo("one");
        }
        assertThat(origin.requests()).hasSize(1);
    }

    @Test
    void aCrowdGetsAnswersOfItsOwnWhereNoneMayBeKept() throws Exception {
        Gate gate = new Gate();
        origin.handler((request, reply) -> {
            reply.waitAt(gate);
            reply.field("Cache-Control", "private").answer("mine");
        });
        List<CompletableFuture<HttpResponse<String>>> crowd = crowd(5);
        gate.open();

        for (CompletableFuture<HttpResponse<String>> reader : crowd) {
            assertThat(reader.get().body()).isEqualTo("mine");
        }
        assertThat(origin.requests()).hasSize(5);
    }

    private List<CompletableFuture<HttpResponse<String>>> crowd(int size) {
        HttpRequest request =
                HttpRequest.newBuilder(stage.uri("a")).timeout(PATIENCE).build();
        List<CompletableFuture<HttpResponse<String>>> crowd = java.util.stream.IntStream.range(0, size)
                .mapToObj(_ -> stage.client().sendAsync(request, BodyHandlers.ofString()))
                .toList();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (stage.vault().openFills() == 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        return crowd;
    }

    @Test
    void aResponseToACredentialIsNotShared() throws Exception {
        assertThat(get("a", "Authorization", "Basic eA==").body()).isEqualTo("1");
        assertThat(get("a", "Authorization", "Basic eQ==").body()).isEqualTo("2");
        assertThat(get("a").body()).isEqualTo("3");
        assertThat(origin.requests().getFirst().fields().first("Authorization")).contains("Basic eA==");
    }

    @ParameterizedTest
    @CsvSource({"60, 2, 1.0", "0, 3, 0.0"})
    void a429StopsRequestsForItsPathNoLongerThanTheOperatorPermits(int seconds, int sent, String refused)
            throws Exception {
        stage.close();
        stage.origin(towards -> towards.rate(new RateSettings(5, Duration.ofSeconds(seconds))))
                .start();
        origin.handler(
                (_, reply) -> reply.status(429).field("Retry-After", "3600").answer("later"));

        assertThat(get("a").statusCode()).isEqualTo(429);
        assertThat(get("a").statusCode()).isEqualTo(429);
        assertThat(get("b").statusCode()).isEqualTo(429);
        assertThat(origin.requests()).hasSize(sent);
        assertThat(stage.metric("vault_upstream_rate_refused_total")).isEqualTo(refused);
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 401, 403, 429, 431, 451, 501})
    void aRefusalOfOneClientRemovesNothingThatIsStoredForAll(int status) throws Exception {
        get("a");
        stage.clock.advance(Duration.ofSeconds(30));
        origin.handler((request, reply) -> reply.status(status).answer("refused"));
        assertThat(get("a", "Cache-Control", "no-cache").statusCode()).isEqualTo(status);
        assertThat(get("a", "Cache-Control", "no-cache", "Authorization", "junk")
                        .statusCode())
                .isEqualTo(status);
        HttpResponse<String> stored = get("a");

        assertThat(stored.body()).isEqualTo("1");
        assertThat(stored.headers().firstValue("X-Cache")).contains("HIT");
    }

    @Test
    void aStaleResponseIsServedIfUpstreamFails() throws Exception {
        get("a");
        stage.clock.advance(Duration.ofSeconds(61));
        origin.handler((request, reply) -> reply.status(503).answer("down"));
        assertThat(get("a").body()).isEqualTo("1");
        origin.stop();
        HttpResponse<String> stale = get("a");

        assertThat(stale.body()).isEqualTo("1");
        assertThat(stale.headers().firstValue("X-Cache")).contains("STALE");
        stage.clock.advance(Duration.ofDays(2));
        assertThat(get("a").statusCode()).isBetween(502, 504);
        origin.start();
    }

    @Test
    void aPathThatIsDownBlocksNoOther() throws Exception {
        origin.handler((request, reply) ->
                reply.status(request.path().equals("/bad") ? 503 : 200).answer(request.path()));
        for (int i = 0; i < 3; i++) {
            assertThat(get("bad").body()).isEqualTo("/bad");
        }

        assertThat(get("good").body()).isEqualTo("/good");
    }

    /** An origin whose worker dies at one path is well at the others. */
    @Test
    void aPathThatCrashesBlocksNoOther() throws Exception {
        origin.handler((request, reply) -> {
            if (request.path().startsWith("/crash")) {
                reply.drop();
            } else {
                reply.answer(request.path());
            }
        });
        for (int i = 0; i < 8; i++) {
            assertThat(get("crash/" + i + "?report=" + i).statusCode()).isEqualTo(502);
        }

        assertThat(get("good").body()).isEqualTo("/good");
    }

    @Test
    void anUnreachableOriginIsNotAskedForAWhile() throws Exception {
        origin.handler((request, reply) -> reply.drop());
        try (Stage<String> careful = Stage.ofFiles(folder.resolve("careful"), origin.base())
                .mountedAt("/")
                .breaker(new BreakerSettings(5, Duration.ofHours(1)))
                .start()) {
            int failed = 0;
            while (careful.get("a" + failed).statusCode() != 503 && failed < 1000) {
                failed++;
            }
            assertThat(failed).isBetween(5, 999);
            int asked = origin.requests().size();
            assertThat(careful.get("b").statusCode()).isEqualTo(503);
            assertThat(origin.requests()).hasSize(asked);
        }
    }

    /** One client asks for paths of which it knows that they give no answer. */
    @Test
    void failingPathsOfOneClientDoNotBlockTheOriginForOthers() throws Exception {
        Gate probed = new Gate();
        origin.handler((request, reply) -> {
            if (request.method().equals("HEAD")) {
                probed.open();
                probed.pass();
            }
            if (request.path().startsWith("/bad")) {
                reply.drop();
            } else {
                reply.answer(request.path());
            }
        });
        try (Stage<String> careful = Stage.ofFiles(folder.resolve("careful"), origin.base())
                .mountedAt("/")
                .breaker(new BreakerSettings(5, Duration.ofHours(1)))
                .start()) {
            for (int i = 0; i < 60; i++) {
                assertThat(careful.get("bad" + i + "/x").statusCode()).isEqualTo(502);
            }
            probed.awaitReached();
            assertThat(careful.get("good").body()).isEqualTo("/good");
        }
    }

    /** A CDN before the origin refuses whatever names it in CDN-Loop (RFC 8586). */
    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 502, 508})
    void aRefusalForAClaimedLoopIsNotShared(int status) throws Exception {
        Gate refusing = new Gate();
        origin.handler((request, reply) -> {
            if (request.field("CDN-Loop").orElse("").contains("evilcdn")) {
                refusing.pass();
                reply.status(status).field("Cache-Control", "max-age=60").answer("loop");
            } else {
                reply.field("Cache-Control", "max-age=60").answer("fine");
            }
        });
        CompletableFuture<HttpResponse<String>> refused = CompletableFuture.supplyAsync(() -> {
            try {
                return get("a", "CDN-Loop", "evilcdn; x=1");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        refusing.awaitReached();
        assertThat(send("GET", "a").body()).isEqualTo("fine");
        refusing.open();

        assertThat(refused.get().statusCode()).isEqualTo(status);
        assertThat(get("a").headers().firstValue("X-Cache")).hasValue("HIT");
        assertThat(get("b", "CDN-Loop", "evilcdn").statusCode()).isEqualTo(status);
        assertThat(get("b").body()).isEqualTo("fine");
    }

    @Test
    void aClaimedLoopNeitherChangesNorRemovesStoredResponses() throws Exception {
        origin.handler((request, reply) -> {
            boolean claimed = request.field("CDN-Loop").orElse("").contains("evilcdn");
            reply.status(claimed ? 403 : 200)
                    .field("ETag", claimed ? "\"other\"" : "\"v\"")
                    .field("Cache-Control", claimed ? "no-store" : "max-age=60")
                    .answer(claimed ? "loop" : "fine");
        });
        assertThat(get("a").body()).isEqualTo("fine");
        stage.clock.advance(Duration.ofSeconds(30));
        assertThat(get("a", "CDN-Loop", "evilcdn", "Cache-Control", "no-cache").statusCode())
                .isEqualTo(403);
        assertThat(get("a").headers().firstValue("X-Cache")).hasValue("HIT");
    }

    /** Of other proxies a client came through nothing is told where others may get the answer. */
    @Test
    void maxForwardsAndOthersInViaReachNoOrigin() throws Exception {
        origin.handler((request, reply) -> reply.answer("fine"));
        get("a", "Max-Forwards", "0", "Via", "1.1 evilproxy");

        OriginRequest asked = origin.requests().getFirst();
        assertThat(asked.field("Max-Forwards")).isEmpty();
        assertThat(asked.field("Via").orElseThrow())
                .startsWith("1.1 artifact-vault-")
                .doesNotContain("evil");
    }

    @Test
    void aStaleAnswerIsServedAtOnceWhileItIsAskedForAnew() throws Exception {
        origin.handler(answering("max-age=60, stale-while-revalidate=30"));
        get("a");
        stage.clock.advance(Duration.ofSeconds(61));

        assertThat(get("a").body()).isEqualTo("1");
        assertThat(get("a").body()).isEqualTo("2");
        assertThat(origin.requests()).hasSize(2);
    }

    @Test
    void conditionalRequestsAreAnsweredFromTheStore() throws Exception {
        origin.handler(answering("max-age=60", "ETag", "\"v\"", "Content-Type", "text/plain"));
        HttpResponse<String> first = get("a", "If-None-Match", "\"v\"");
        HttpResponse<String> second = get("a", "If-None-Match", "W/\"v\"");

        assertThat(first.statusCode()).isEqualTo(304);
        assertThat(second.statusCode()).isEqualTo(304);
        assertThat(second.headers().firstValue("ETag")).contains("\"v\"");
        assertThat(second.headers().firstValue("Content-Type")).isEmpty();
        assertThat(origin.requests()).hasSize(1);
        assertThat(origin.requests().getFirst().fields().has("If-None-Match")).isFalse();
    }

    @Test
    void headIsAnsweredFromTheResponseToAGet() throws Exception {
        get("a");
        HttpResponse<String> head = send("HEAD", "a");

        assertThat(head.headers().firstValue("Content-Length")).contains("1");
        assertThat(head.body()).isEmpty();
        assertThat(origin.requests()).hasSize(1);
    }

    @Test
    void onlyIfCachedSendsNoRequest() throws Exception {
        assertThat(get("a", "Cache-Control", "only-if-cached").statusCode()).isEqualTo(504);
        assertThat(origin.requests()).isEmpty();
        get("a");
        assertThat(get("a", "Cache-Control", "only-if-cached").body()).isEqualTo("1");
    }

    @Test
    void interimResponsesReachOnlyTheClientThatWaits() throws Exception {
        origin.handler((request, reply) -> {
            reply.informational(103, Fields.of("Link", "</style.css>; rel=preload"));
            reply.field("Cache-Control", "max-age=60").answer("final");
        });
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), stage.vault().port())) {
            String request = "GET /files/a HTTP/1.1\r\nHost: v\r\n\r\n";
            socket.getOutputStream()
                    .write((request + request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"))
                            .getBytes(StandardCharsets.US_ASCII));
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(answers)
                    .startsWith("HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\nVia: ")
                    .containsOnlyOnce("HTTP/1.1 103 ")
                    .containsSubsequence("HTTP/1.1 200 OK", "final", "HTTP/1.1 200 OK", "final");
        }
        assertThat(origin.requests()).hasSize(1);
    }

    @Test
    void redirectsAndErrorsAreCachedLikeOtherResponses() throws Exception {
        origin.handler((request, reply) -> reply.status(302)
                .field("Cache-Control", "max-age=60")
                .field("Location", "/elsewhere")
                .answer("there"));
        assertThat(get("a").statusCode()).isEqualTo(302);
        HttpResponse<String> again = get("a");

        assertThat(again.statusCode()).isEqualTo(302);
        assertThat(again.body()).isEqualTo("there");
        assertThat(again.headers().firstValue("Location")).contains("/elsewhere");
        assertThat(origin.requests()).hasSize(1);
    }

    @Test
    void requestBodiesAndAnswersOfOtherMethodsPassThrough() throws Exception {
        origin.handler((request, reply) -> reply.status(201).field("X", "y").answer(request.body()));
        HttpResponse<String> answer = send("POST", "a", "X-Sent", "1");

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body()).isEqualTo("body");
        assertThat(answer.headers().firstValue("X-Cache")).contains("PASS");
        assertThat(origin.requests().getFirst().fields().first("X-Sent")).contains("1");
    }

    @Test
    void encodedControlsInAQueryReachTheOriginAsTheyCame() throws Exception {
        origin.handler(answering("max-age=60"));
        String path = "a?sql=select%0a1%09&x=%00";

        assertThat(get(path).body()).isEqualTo("1");
        assertThat(get(path).body()).isEqualTo("1");
        assertThat(get("a?sql=select%0A1%09&x=").body()).isEqualTo("2");
        assertThat(origin.requests().getFirst().target()).endsWith("/a?sql=select%0a1%09&x=%00");
    }
}
