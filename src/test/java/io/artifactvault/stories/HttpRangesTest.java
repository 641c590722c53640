package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.OriginHandler;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges, cold and warm, of an origin about which nothing is known but HTTP: RFC 9110 §13.1.5 and §14, RFC 9111 §3.3 and §3.4. */
@Timeout(120)
class HttpRangesTest {
    private static final String TEXT = "0123456789".repeat(10);
    private static final Content LARGE = Content.generated(8 << 20, 7);

    @TempDir
    Path folder;

    private ScriptedOrigin origin;
    private Stage<String> stage;

    @BeforeEach
    void start() throws IOException {
        origin = ScriptedOrigin.open("127.0.0.1", serving(Content.of(TEXT), "\"v1\""));
        stage = Stage.ofFiles(folder, origin.base()).start();
    }

    @AfterEach
    void stop() {
        stage.close();
        origin.close();
        assertThat(origin.failures()).isEmpty();
    }

    private static OriginHandler serving(Content content, String etag) {
        return (request, reply) -> reply.field("Cache-Control", "max-age=60")
                .field("ETag", etag)
                .field("Content-Type", "text/plain")
                .asContent()
                .serve(content);
    }

    private HttpResponse<String> get(String range, String... more) throws IOException, InterruptedException {
        List<String> fields = new ArrayList<>(List.of("Range", range));
        fields.addAll(List.of(more));
        return stage.send("GET", "a", fields.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 200_000})
    void severalRangesAreOneAnswerOfSeveralParts(int length) throws Exception {
        String text = TEXT.repeat(length / TEXT.length());
        origin.handler(serving(Content.of(text), "\"v1\""));
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> answer = get("bytes=0-1,50-59,-3");
            String type = answer.headers().firstValue("Content-Type").orElseThrow();
            String boundary = type.substring("multipart/byteranges; boundary=".length());
            String end = "bytes " + (length - 3) + "-" + (length - 1) + "/" + length;

            assertThat(answer.statusCode()).isEqualTo(206);
            assertThat(answer.headers().firstValue("Content-Range")).isEmpty();
            assertThat(answer.headers().firstValue("Content-Length"))
                    .contains("" + answer.body().length());
            assertThat(answer.body())
                    .isEqualTo(part(boundary, "bytes 0-1/" + length, "01")
                            + "\r\n" + part(boundary, "bytes 50-59/" + length, "0123456789")
                            + "\r\n" + part(boundary, end, "789")
                            + "\r\n--" + boundary + "--\r\n");
        }
        // The first range, then what else is missing of its block; nothing the second time.
        assertThat(origin.requests()).hasSize(2);
    }

    private static String part(String boundary, String range, String content) {
        return "--" + boundary + "\r\nContent-Type: text/plain\r\nContent-Range: " + range + "\r\n\r\n" + content;
    }

    @Test
    void headIgnoresRange() throws Exception {
        stage.get("a");
        HttpResponse<String> head = stage.send("HEAD", "a", "Range", "bytes=0-4");

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Length")).contains("100");
    }

    @Test
    void aConditionComesBeforeARangeThatDoesNotExist() throws Exception {
        assertThat(get("bytes=5000-", "If-None-Match", "\"v1\"").statusCode()).isEqualTo(304);
        assertThat(stage.send("GET", "b", "Range", "bytes=5000-", "If-None-Match", "\"v0\"")
                        .statusCode())
                .isEqualTo(416);
    }

    @Test
    void aConditionComesBeforeARange() throws Exception {
        stage.get("a");

        assertThat(get("bytes=0-4", "If-None-Match", "\"v1\"").statusCode()).isEqualTo(304);
    }

    @Test
    void onlyTheRequestedRangeIsFetchedAndThenReused() throws Exception {
        origin.handler(serving(LARGE, "\"v1\""));

        assertThat(get("bytes=1000-1999").body()).isEqualTo(text(1000, 1000));
        assertThat(origin.contentBytesSent()).isEqualTo(1000);
        assertThat(get("bytes=1000-1999").body()).isEqualTo(text(1000, 1000));
        assertThat(get("bytes=1200-1300").body()).isEqualTo(text(1200, 101));
        assertThat(origin.requests()).hasSize(1);
        stage.restart();
        assertThat(get("bytes=1200-1300").body()).isEqualTo(text(1200, 101));
        assertThat(origin.requests()).hasSize(1);
    }

    private static String text(long offset, int count) {
        return new String(LARGE.bytes(offset, count), StandardCharsets.ISO_8859_1);
    }

    @Test
    void missingRangesAreRequestedByTheStrongValidatorAndCombined() throws Exception {
        origin.handler(serving(LARGE, "\"v1\""));
        get("bytes=0-999999");
        get("bytes=4000000-4999999");
        String whole = stage.get("a").body();

        assertThat(whole).isEqualTo(text(0, 8 << 20));
        assertThat(origin.contentBytesSent()).isBetween(8L << 20, (8L << 20) + (1L << 20));
        for (OriginRequest request :
                origin.requests().subList(1, origin.requests().size())) {
            assertThat(request.fields().first("If-Range")).contains("\"v1\"");
        }
        int asked = origin.requests().size();
        assertThat(stage.get("a").body()).isEqualTo(whole);
        assertThat(origin.requests()).hasSize(asked);
    }

    @Test
    void partsOfDifferentVersionsAreNeverPutTogether() throws Exception {
        origin.handler(serving(LARGE, "\"v1\""));
        get("bytes=0-999999");
        Content other = Content.generated(8 << 20, 8);
        origin.handler(serving(other, "\"v2\""));
        assertThat(stage.get("a").body()).isEqualTo(new String(other.bytes(), StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "RFC 9111 §3.4 weak tag | W/\"v\" | bytes 0-4/100 | 01234",
                "RFC 9111 §3.4 no tag | - | bytes 0-4/100 | 01234",
                "§14.4 unknown length | \"v\" | bytes 0-4/* | 01234",
                "§14.4 another part | \"v\" | bytes 5-9/100 | 56789",
                "§14.4 longer than its field says | \"v\" | bytes 0-4/100 | 0123456",
                "§14.4 shorter than its field says | \"v\" | bytes 0-4/100 | 012",
                "§14.4 backwards | \"v\" | bytes 4-0/100 | 01234",
                "§14.4 beyond the end | \"v\" | bytes 0-4/3 | 01234",
                "§14.4 nonsense | \"v\" | bytes | 01234",
            })
    void aPartThatCannotBePlacedPassesAndIsNotKept(String section, String tag, String told, String body)
            throws Exception {
        origin.handler((request, reply) -> {
            reply.status(206).field("Cache-Control", "max-age=60").field("Content-Range", told);
            if (!tag.equals("-")) {
                reply.field("ETag", tag);
            }
            reply.answer(body);
        });

        for (int i = 1; i <= 2; i++) {
            HttpResponse<String> answer = get("bytes=0-4");
            assertThat(answer.statusCode()).isEqualTo(206);
            assertThat(answer.body()).isEqualTo(body);
            assertThat(origin.requests()).hasSize(i);
        }
    }

    @Test
    void anOriginThatIgnoresRangeIsAskedOnceForTheWhole() throws Exception {
        origin.handler((request, reply) -> reply.field("Cache-Control", "max-age=60")
                .field("ETag", "\"v\"")
                .answer(TEXT));

        assertThat(get("bytes=10-19").statusCode()).isEqualTo(206);
        assertThat(get("bytes=-5").body()).isEqualTo("56789");
        assertThat(stage.get("a").body()).isEqualTo(TEXT);
        assertThat(origin.requests()).hasSize(1);
    }

    @Test
    void aStalePartIsConfirmedAndReused() throws Exception {
        get("bytes=0-9");
        stage.clock.advance(Duration.ofSeconds(61));
        origin.handler((request, reply) -> reply.status(304)
                .field("Cache-Control", "max-age=60")
                .field("ETag", "\"v1\"")
                .sendHead());

        assertThat(get("bytes=0-9").body()).isEqualTo("0123456789");
        assertThat(origin.requests().getLast().fields().first("If-None-Match")).contains("\"v1\"");
        assertThat(get("bytes=2-3").body()).isEqualTo("23");
        assertThat(origin.requests()).hasSize(2);
    }

    @Test
    void randomRangesAreExactAndFetchNothingTwice() throws Exception {
        origin.handler(serving(LARGE, "\"v1\""));
        Random random = new Random(42);
        for (int i = 0; i < 60; i++) {
            int first = random.nextInt((8 << 20) - 1);
            int count = 1 + random.nextInt(Math.min(200_000, (8 << 20) - first));
            HttpResponse<String> answer = stage.send("GET", "a", "Range", "bytes=" + first + "-" + (first + count - 1));
            assertThat(answer.statusCode()).isEqualTo(206);
            assertThat(answer.body()).isEqualTo(text(first, count));
        }
        stage.awaitQuiet();
        assertThat(origin.contentBytesSent()).isLessThanOrEqualTo((8L << 20) + (1L << 20));
    }
}
