package io.artifactvault.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.RequestBody;
import io.artifactvault.store.blob.BlobFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class RequestHandlerTest {
    private final Connection client = new Connection();

    @TempDir
    private Path folder;

    @AfterEach
    void nothingIsLeftOver() {
        client.close();
        assertThat(client.isClean()).as("every buffer was released").isTrue();
    }

    @Test
    void aRequestGetsItsAnswerAndTheConnectionStays() {
        client.get("/a?q=1");
        assertThat(client.context.open()).isEqualTo(1);
        client.answer(0, "hello");

        assertThat(client.received()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nhello");
        assertThat(client.isOpen()).isTrue();
        assertThat(client.context.open()).isZero();
        Exchange exchange = client.exchanges.getFirst();
        assertThat(exchange.path()).isEqualTo("/a");
        assertThat(exchange.bytes()).isEqualTo(5);
        assertThat(exchange.whole()).isTrue();
    }

    @Test
    void pipelinedRequestsAreAnsweredOneAfterTheOtherInOrder() {
        client.send("GET /a HTTP/1.1\nHost: v\n\nGET /b HTTP/1.1\nHost: v\n\nGET /c HTTP/1.1\nHost: v\n\n");

        assertThat(client.asked).hasSize(1);
        client.answer(0, "first");
        assertThat(client.asked).hasSize(2);
        client.answer(1, "second");
        client.answer(2, "third");
        assertThat(client.received()).containsSubsequence("first", "HTTP/1.1 200", "second", "HTTP/1.1 200", "third");
        assertThat(client.asked).extracting(r -> r.target().path()).containsExactly("/a", "/b", "/c");
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void aClientThatPipelinesTooMuchIsNotReadUntilItsAnswersAreTaken() {
        for (int i = 0; i < 40; i++) {
            client.get("/" + i);
        }
        assertThat(client.channel.config().isAutoRead()).isFalse();
        for (int i = 0; i < 40; i++) {
            client.answer(i, "x");
        }
        assertThat(client.channel.config().isAutoRead()).isTrue();
        assertThat(client.exchanges).hasSize(40);
    }

    @Test
    void headHasTheLengthAndNoBody() {
        client.send("HEAD /a HTTP/1.1\nHost: v\n\n");
        client.answer(0, "hello");

        assertThat(client.received()).contains("Content-Length: 5").endsWith("\r\n\r\n");
        assertThat(client.isOpen()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NONSENSE\n\n",
                "GET /a HTTP/1.1\nno colon\n\n",
                "GET /a HTTP/1.1\nHost: v\nContent-Length: x\n\n",
                "GET /a HTTP/1.1\nHost: v\nContent-Length: 1\nContent-Length: 2\n\n",
                "GET /a HTTP/1.1\n\n",
                "GET /a HTTP/1.1\nHost: a b\n\n",
                "GET /a/../b HTTP/1.1\nHost: v\n\n",
                "GET * HTTP/1.1\nHost: v\n\n"
            })
    void aMalformedRequestGets400AndTheConnectionCloses(String request) {
        client.send(request);

        assertThat(client.received()).startsWith("HTTP/1.1 400 ").containsIgnoringCase("connection: close");
        assertThat(client.isOpen()).isFalse();
        assertThat(client.asked).isEmpty();
        assertThat(client.context.open()).isZero();
    }

    @Test
    void overlongRequestsHaveDistinctStatuses() {
        client.send("GET /" + "a".repeat(9_000) + " HTTP/1.1\nHost: v\n\n");
        assertThat(client.received()).startsWith("HTTP/1.1 414 ");
        try (Connection other = new Connection()) {
            other.send("GET / HTTP/1.1\nHost: v\nX: " + "a".repeat(9_000) + "\n\n");
            assertThat(other.received()).startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void nothingThatFollowsABadRequestIsCarriedOut() {
        client.send("GET /a HTTP/1.1\nHost: a b\n\nPOST /b HTTP/1.1\nHost: v\nContent-Length: 0\n\n");

        assertThat(client.asked).isEmpty();
        assertThat(client.isOpen()).isFalse();
        assertThat(client.exchanges).hasSize(1);
    }

    @Test
    void nothingThatWaitsBehindABadRequestIsCarriedOut() {
        client.send("GET /a HTTP/1.1\nHost: v\n\nGET /b HTTP/1.1\n\nPOST /c HTTP/1.1\nHost: v\nContent-Length: 0\n\n");
        client.answer(0, "a");

        assertThat(client.asked).hasSize(1);
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void nothingThatFollowsTheLastRequestIsCarriedOut() {
        client.send("GET /a HTTP/1.1\nHost: v\nConnection: close\n\nGET /b HTTP/1.1\nHost: v\n\n");
        client.answer(0, "a");

        assertThat(client.asked).hasSize(1);
        assertThat(client.isOpen()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            1.1, '',                    true
            1.1, Connection: close,     false
            1.1, Connection: keep-alive,true
            1.0, '',                    false
            1.0, Connection: keep-alive,true
            """)
    void theClientDecidesWhetherTheConnectionStays(String version, String field, boolean stays) {
        client.send("GET /a HTTP/" + version + "\nHost: v\n" + (field.isEmpty() ? "" : field + "\n") + "\n");
        client.answer(0, "x");

        assertThat(client.received()).endsWith("x");
        assertThat(client.isOpen()).isEqualTo(stays);
    }

    @Test
    void anAnswerOfUnknownLengthIsChunked() {
        client.get("/a");
        client.answer(0, new Answer(200, Fields.EMPTY, new Body.Bytes(new byte[] {'h', 'i'}), CacheStatus.local()));

        assertThat(client.received()).endsWith("\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void anOldClientSeesTheEndOfAnAnswerOfUnknownLengthAtTheClose() {
        client.send("GET /a HTTP/1.0\nConnection: keep-alive\n\n");
        client.answer(0, new Answer(200, Fields.EMPTY, new Body.Bytes(new byte[] {'h', 'i'}), CacheStatus.local()));

        assertThat(client.received()).endsWith("\r\n\r\nhi");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void aRequestBodyReachesItsReader() throws IOException {
        client.send("POST /a HTTP/1.1\nHost: v\nContent-Length: 6\n\nabc");
        RequestBody body = client.asked.getFirst().body().orElseThrow();

        assertThat(body.length()).hasValue(6);
        assertThat(text(body)).isEqualTo("abc");
        client.send("def");
        assertThat(text(body)).isEqualTo("def");
        assertThat(body.next()).isNull();
        client.answer(0, "ok");
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void aChunkedRequestBodyHasNoLengthAndItsOwnEnd() throws IOException {
        client.send("POST /a HTTP/1.1\nHost: v\nTransfer-Encoding: chunked\n\n3\nabc\n0\n\n");
        RequestBody body = client.asked.getFirst().body().orElseThrow();

        assertThat(body.length()).isEmpty();
        assertThat(text(body)).isEqualTo("abc");
        assertThat(body.next()).isNull();
    }

    @Test
    void aRequestWithoutContentHasNoBody() {
        client.send("POST /a HTTP/1.1\nHost: v\nContent-Length: 0\n\n");

        assertThat(client.asked.getFirst().body()).isEmpty();
    }

    @Test
    void anUnreadBodyHoldsTheClientBackUntilItIsRead() throws IOException {
        client.send("POST /a HTTP/1.1\nHost: v\nContent-Length: 100\n\n");
        for (int i = 0; i < 8; i++) {
            client.send("x");
        }
        assertThat(client.channel.config().isAutoRead()).isFalse();
        RequestBody body = client.asked.getFirst().body().orElseThrow();
        for (int i = 0; i < 8; i++) {
            body.next();
        }
        client.channel.runPendingTasks();
        assertThat(client.channel.config().isAutoRead()).isTrue();
    }

    @Test
    void anAnswerBeforeTheEndOfTheRequestClosesTheConnection() {
        client.send("POST /a HTTP/1.1\nHost: v\nContent-Length: 100\n\nabc");
        client.answer(0, "enough");

        assertThat(client.received()).containsIgnoringCase("connection: close").endsWith("enough");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void aClientThatLeavesInTheMiddleOfItsBodyBreaksIt() {
        client.send("POST /a HTTP/1.1\nHost: v\nContent-Length: 100\n\n");
        RequestBody body = client.asked.getFirst().body().orElseThrow();
        client.leave();

        assertThatExceptionOfType(IOException.class).isThrownBy(body::next);
    }

    @Test
    void aClientThatExpectsItIsToldToContinue() {
        client.send("POST /a HTTP/1.1\nHost: v\nContent-Length: 3\nExpect: 100-continue\n\n");

        assertThat(client.received()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
    }

    @Test
    void theAnswerToAClientThatHasLeftGivesItsLeaseBackOnce() throws IOException {
        BlobFile file = file();
        assertThat(file.retain()).isTrue();
        client.get("/a");
        client.leave();
        client.answer(
                0, new Answer(200, Fields.EMPTY, new Body.Slice(file, 0, 5, Body.Onward.NONE), CacheStatus.local()));

        assertThat(file).hasToString("BlobFile[leases=1]");
        assertThat(client.exchanges).singleElement().matches(e -> !e.whole());
        file.close();
    }

    @Test
    void aWrittenSliceGivesItsLeaseBackOnce() throws IOException {
        BlobFile file = file();
        assertThat(file.retain()).isTrue();
        client.get("/a");
        client.answer(
                0,
                new Answer(
                        200,
                        Fields.of("Content-Length", "5"),
                        new Body.Slice(file, 0, 5, Body.Onward.NONE),
                        CacheStatus.local()));

        assertThat(file).hasToString("BlobFile[leases=1]");
        assertThat(client.exchanges).singleElement().matches(e -> e.whole() && e.bytes() == 5);
        file.close();
    }

    @Test
    void aResponderThatFailsGives500() {
        client.get("/a");
        client.answers.getFirst().completeExceptionally(new IllegalStateException("a bug"));

        assertThat(client.received()).startsWith("HTTP/1.1 500 ").doesNotContain("a bug");
    }

    private BlobFile file() throws IOException {
        Path path = Files.write(folder.resolve("blob"), new byte[5]);
        return new BlobFile(FileChannel.open(path, StandardOpenOption.READ));
    }

    private static String text(RequestBody body) throws IOException {
        var next = body.next();
        return next == null ? "" : StandardCharsets.ISO_8859_1.decode(next).toString();
    }
}
