package io.artifactvault.testhub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The origin does what its script says, and nothing else. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ScriptedOriginTest {
    private final ScriptedOrigin origin = ScriptedOrigin.open("127.0.0.1", (_, reply) -> reply.answer("hello"));
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void close() {
        client.close();
        origin.close();
    }

    @Test
    void aRequestIsRecordedWithItsFieldsAndBody() throws Exception {
        client.send(
                request("/a%2Fb?x=1")
                        .header("X-One", "1")
                        .POST(HttpRequest.BodyPublishers.ofString("text"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        OriginRequest seen = origin.requests().getFirst();
        assertThat(seen.method()).isEqualTo("POST");
        assertThat(seen.target()).isEqualTo("/a%2Fb?x=1");
        assertThat(seen.path()).isEqualTo("/a%2Fb");
        assertThat(seen.query()).isEqualTo("x=1");
        assertThat(seen.field("x-ONE")).contains("1");
        assertThat(seen.bodyText()).isEqualTo("text");
        assertThat(seen.bodyBytesSent()).isEqualTo(5);
    }

    @Test
    void aConnectionServesManyRequests() throws Exception {
        assertThat(get("/1").body()).isEqualTo("hello");
        assertThat(get("/2").body()).isEqualTo("hello");

        assertThat(origin.requests()).extracting(OriginRequest::connection).containsExactly(1, 1);
        assertThat(origin.openConnections()).isEqualTo(1);
    }

    @Test
    void headCarriesTheLengthAndNoBody() throws Exception {
        String text = talk("HEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(text).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n".repeat(2) + "hello");
        assertThat(origin.requests(Asked.head()).getFirst().bodyBytesSent()).isZero();
    }

    @Test
    void aChunkedRequestBodyIsRead() throws Exception {
        talk(
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");

        assertThat(origin.requests().getFirst().bodyText()).isEqualTo("abcde");
    }

    @Test
    void rangesAreServedAndRefused() throws Exception {
        Content content = Content.generated(1_000, 7);
        origin.handler((_, reply) -> reply.field("ETag", "\"v1\"").serve(content));

        assertThat(range("bytes=10-19").body()).isEqualTo(content.bytes(10, 10));
        assertThat(range("bytes=-5").body()).isEqualTo(content.bytes(995, 5));
        assertThat(range("bytes=990-5000").headers().firstValue("Content-Range"))
                .contains("bytes 990-999/1000");
        assertThat(range("bytes=1000-").statusCode()).isEqualTo(416);
        assertThat(range("bytes=1000-").headers().firstValue("Content-Range")).contains("bytes */1000");
        assertThat(range("bytes=0-1,4-5").statusCode()).isEqualTo(200);
        HttpRequest outdated = request("/")
                .header("Range", "bytes=0-0")
                .header("If-Range", "\"v0\"")
                .build();
        assertThat(client.send(outdated, HttpResponse.BodyHandlers.ofByteArray())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void anAnswerWithoutALengthIsChunked() throws Exception {
        origin.handler((_, reply) -> {
            reply.send("abc");
            reply.send("defg");
        });

        assertThat(talk("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"))
                .isEqualTo("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
    }

    @Test
    void anAnswerWaitsAtAGateAfterTheBytesSaid() throws Exception {
        Gate gate = new Gate();
        origin.handler((_, reply) -> reply.gateAfter(3, gate).answer("abcdef"));

        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(request("/").build(), HttpResponse.BodyHandlers.ofString());
        gate.awaitReached();
        assertThat(origin.bodyBytesSent()).isEqualTo(3);
        assertThat(answer).isNotDone();
        gate.open();

        assertThat(answer.get(30, TimeUnit.SECONDS).body()).isEqualTo("abcdef");
    }

    @Test
    void aDroppedAnswerEndsAfterTheBytesSaid() throws Exception {
        origin.handler((_, reply) -> reply.dropAfter(2).answer("abcdef"));

        assertThat(talk("GET / HTTP/1.1\r\n\r\n")).endsWith("\r\n\r\nab");
        assertThatThrownBy(() -> get("/")).isInstanceOf(IOException.class);
    }

    @Test
    void aResetReachesTheClientAsAnError() {
        origin.handler((_, reply) -> reply.reset());

        assertThatThrownBy(() -> talk("GET / HTTP/1.1\r\n\r\n")).isInstanceOf(IOException.class);
    }

    @Test
    void bytesAreCorruptedAndInsertedWhereSaid() throws Exception {
        origin.handler((_, reply) -> reply.corruptAt(1)
                .insertAt(3, "XY".getBytes(StandardCharsets.UTF_8))
                .closing()
                .answer("abcdef"));

        String body = talk("GET / HTTP/1.1\r\n\r\n").replaceFirst("(?s).*\r\n\r\n", "");
        assertThat(body).startsWith("a").endsWith("cXYdef").doesNotContain("b");
    }

    @Test
    void aLieAboutTheLengthEndsTheConnection() throws Exception {
        origin.handler((_, reply) -> reply.lieAboutLength(10).answer("abc"));

        assertThat(talk("GET / HTTP/1.1\r\n\r\n"))
                .contains("Content-Length: 13\r\n")
                .endsWith("abc");
    }

    @Test
    void interimAnswersAndGarbageAreSentAsTheyAre() throws Exception {
        origin.handler((_, reply) -> {
            reply.informational(103, Fields.of("Link", "<x>"));
            reply.answer("ok");
        });
        assertThat(talk("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 200 OK");

        origin.handler((_, reply) -> reply.sendRaw("no http at all"));
        assertThat(talk("GET / HTTP/1.1\r\n\r\n")).isEqualTo("no http at all");
    }

    @Test
    void aStoppedOriginComesBackOnTheSamePort() throws Exception {
        int port = origin.port();
        get("/");
        origin.stop();
        assertThatThrownBy(() -> get("/")).isInstanceOf(ConnectException.class);

        origin.start();

        assertThat(origin.port()).isEqualTo(port);
        assertThat(get("/").body()).isEqualTo("hello");
    }

    @Test
    void aHandlerThatFailsIsNoted() throws Exception {
        origin.handler((_, _) -> {
            throw new IllegalStateException("broken script");
        });

        assertThat(get("/").statusCode()).isEqualTo(500);
        assertThat(origin.failures()).singleElement().asString().contains("broken script");
        origin.reset();
        assertThat(origin.failures()).isEqualTo(List.of());
        assertThat(origin.requests()).isEmpty();
    }

    @Test
    void generatedContentIsTheSameAtEveryOffset() {
        Content content = Content.generated(10_000, 42);
        byte[] all = content.bytes();

        for (int offset = 0; offset < 40; offset++) {
            assertThat(content.bytes(offset, 33)).isEqualTo(java.util.Arrays.copyOfRange(all, offset, offset + 33));
        }
        assertThat(Content.generated(10_000, 43).sha256()).isNotEqualTo(content.sha256());
        assertThat(Content.of("").sha256())
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(Digests.gitBlob(Content.of("hello\n"))).isEqualTo("ce013625030ba8dba906f756967f9e9ca394464a");
    }

    @Test
    void throttlingTakesItsTime() throws Exception {
        origin.handler((_, reply) -> reply.throttle(10_000).answer(new byte[1_000]));
        long start = System.nanoTime();

        assertThat(get("/").body()).hasSize(1_000);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(90));
    }

    @Test
    void anOriginSpeaksTls(@TempDir Path directory) throws Exception {
        SSLContext tls = TestTls.context(directory);
        try (ScriptedOrigin secure = ScriptedOrigin.openTls("127.0.0.1", 0, tls, (_, reply) -> reply.answer("secret"));
                HttpClient trusting = HttpClient.newBuilder().sslContext(tls).build()) {
            HttpRequest request = HttpRequest.newBuilder(secure.uri("/"))
                    .timeout(Duration.ofSeconds(30))
                    .build();

            assertThat(trusting.send(request, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .isEqualTo("secret");
            assertThat(secure.base()).startsWith("https://127.0.0.1:");
        }
    }

    private HttpResponse<String> get(String target) throws Exception {
        return client.send(request(target).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<byte[]> range(String range) throws Exception {
        return client.send(request("/").header("Range", range).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(origin.uri(target)).timeout(Duration.ofSeconds(30));
    }

    /** Sends text over a socket and reads until the origin closes. */
    private String talk(String text) throws IOException {
        try (Socket socket = new Socket(origin.host(), origin.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
