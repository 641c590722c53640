package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

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
    private HttpStage stage;

    @BeforeEach
    void start() throws IOException {
        origin = ScriptedOrigin.open("127.0.0.1", serving(Content.of(TEXT), "\"v1\""));
        stage = new HttpStage(folder, origin);
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

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "§14.1.2 first byte | bytes=0-0 | 206 | 0-0",
                "§14.1.2 from the start | bytes=0-9 | 206 | 0-9",
                "§14.1.2 in the middle | bytes=10-19 | 206 | 10-19",
                "§14.1.2 two bytes | bytes=5-6 | 206 | 5-6",
                "§14.1.2 up to the last | bytes=50-99 | 206 | 50-99",
                "§14.1.2 suffix of all | bytes=-100 | 206 | 0-99",
                "§15.5.17 starts far beyond | bytes=99999999999999999999- | 416 | */100",
                "§14.1.2 last byte | bytes=99-99 | 206 | 99-99",
                "§14.1.2 open | bytes=90- | 206 | 90-99",
                "§14.1.2 open from the start | bytes=0- | 206 | 0-99",
                "§14.1.2 beyond the end | bytes=90-1000 | 206 | 90-99",
                "§14.1.2 far beyond | bytes=0-99999999999999999999 | 206 | 0-99",
                "§14.1.2 suffix | bytes=-10 | 206 | 90-99",
                "§14.1.2 suffix of one | bytes=-1 | 206 | 99-99",
                "§14.1.2 suffix longer than all | bytes=-1000 | 206 | 0-99",
                "§14.2 unit in capitals | BYTES=0-1 | 206 | 0-1",
                "§14.1.2 leading zeros | bytes=000-009 | 206 | 0-9",
                "§15.5.17 starts beyond | bytes=100- | 416 | */100",
                "§15.5.17 wholly beyond | bytes=200-300 | 416 | */100",
                "§15.5.17 empty suffix | bytes=-0 | 416 | */100",
                "§14.2 other unit | items=0-1 | 200 | -",
                "§14.2 no unit | 0-1 | 200 | -",
                "§14.2 malformed | bytes=a-b | 200 | -",
                "§14.1.1 backwards | bytes=9-0 | 200 | -",
                "§14.2 nothing | bytes= | 200 | -",
                "§14.2 overlapping | bytes=0-9,5-15 | 200 | -",
            })
    void aRangeIsTheSameColdAndWarm(String section, String range, int status, String told) throws Exception {
        HttpResponse<String> cold = get(range);
        HttpResponse<String> again = get(range);
        stage.get("a");
        HttpResponse<String> warm = get(range);

        for (HttpResponse<String> answer : List.of(cold, again, warm)) {
            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.headers().firstValue("Content-Range").orElse("-"))
                    .isEqualTo(
                            told.equals("-")
                                    ? "-"
                                    : "bytes " + told + (told.startsWith("*") ? "" : "/" + TEXT.length()));
            if (status != 416) {
                assertThat(answer.body()).isEqualTo(part(told));
            }
        }
        assertThat(origin.contentBytesSent()).isLessThanOrEqualTo(TEXT.length());
    }

    private static String part(String told) {
        String[] ends = told.equals("-") ? new String[] {"0", "99"} : told.split("-");
        return TEXT.substring(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]) + 1);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "§13.1.5 same strong tag | \"v1\" | 206",
                "§13.1.5 other tag | \"v2\" | 200",
                "§13.1.5 weak tag | W/\"v1\" | 200",
                "§13.1.5 a date without Last-Modified | Wed, 01 Jan 2020 00:00:00 GMT | 200",
                "§13.1.5 nonsense | v1 | 200",
            })
    void ifRangeLetsARangeCountOnlyByAStrongMatch(String section, String condition, int status) throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(get("bytes=0-4", "If-Range", condition).statusCode()).isEqualTo(status);
        }
        assertThat(origin.requests()).hasSize(1);
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
        assertThat(origin.requests()).hasSize(1);
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
    void aConditionComesBeforeARange() throws Exception {
        stage.get("a");

        assertThat(get("bytes=0-4", "If-None-Match", "\"v1\"").statusCode()).isEqualTo(304);
    }

    @Test
    void onlyTheRangeThatIsWantedIsFetchedAndItIsReused() throws Exception {
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
    void whatIsMissingIsAskedForByTheStrongValidatorAndPutTogether() throws Exception {
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
