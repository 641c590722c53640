package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ranges to the octet, over sockets, through a vault with a backend of type http: cold, asked for again, and warm, with the bytes that the
 * origin sent for each. RFC 9110 §13.1.5 and §14, RFC 9111 §3.3 and §3.4. One vault for all; each case has a file of its own.
 */
@Timeout(120)
class RangesOnTheWireTest {
    private static final String TEXT = "0123456789".repeat(10);
    private static final String LONG = "0123456789abcdef".repeat(1 << 18); // 4 MiB
    private static final String MODIFIED = "Wed, 01 Jan 2020 00:00:00 GMT";
    private static final String DATE = "Wed, 25 Nov 2026 00:00:00 GMT";
    private static final Pattern PART =
            Pattern.compile("\r\nContent-Range: bytes ([0-9]+)-([0-9]+)/[0-9]+\r\n\r\n(.*?)(?=\r\n--)", Pattern.DOTALL);
    private static final AtomicInteger FILES = new AtomicInteger();

    @TempDir
    private static Path folder;

    private static ScriptedOrigin origin;
    private static Stage<String> stage;

    private final String file = FILES.incrementAndGet() + ".txt";

    /** An answer as it came: status, fields in lower case, content. */
    private record Seen(int status, String fields, String content) {
        static Seen of(String octets) {
            int end = octets.indexOf("\r\n\r\n");
            return new Seen(Wire.statuses(octets).getFirst(), octets.substring(0, end + 2), octets.substring(end + 4));
        }

        String field(String name) {
            return Pattern.compile("\r\n" + name + ": ?(.*?)\r\n", Pattern.CASE_INSENSITIVE)
                    .matcher(fields)
                    .results()
                    .map(found -> found.group(1))
                    .findFirst()
                    .orElse("-");
        }
    }

    @BeforeAll
    static void start() throws IOException {
        origin = ScriptedOrigin.open("127.0.0.1", RangesOnTheWireTest::answer);
        stage = Stage.ofFiles(folder, origin.base()).start();
    }

    @AfterAll
    static void stop() {
        stage.close();
        origin.close();
        assertThat(origin.failures()).isEmpty();
    }

    /** The query says what the file is like. */
    private static void answer(OriginRequest request, OriginReply reply) throws IOException {
        reply.field("Cache-Control", "max-age=60")
                .field("Content-Type", "text/plain")
                .field("Date", DATE)
                .asContent();
        if (request.query().contains("tag")) {
            reply.field("ETag", request.query().contains("weak") ? "W/\"v1\"" : "\"v1\"");
        }
        if (request.query().contains("date")) {
            reply.field("Last-Modified", request.query().contains("same") ? DATE : MODIFIED);
        }
        if (request.query().contains("ignoring")) {
            reply.ignoreRange();
        }
        if (request.query().contains("cut")
                && origin.requests(sent -> sent.path().equals(request.path())).size() == 1) {
            reply.dropAfter(3);
        }
        reply.serve(Content.of(request.query().contains("long") ? LONG : TEXT));
    }

    private Seen ask(String method, String like, String fields) throws IOException {
        String lines = fields.equals("-") ? "" : fields.replace("; ", "\r\n") + "\r\n";
        return Seen.of(Wire.exchange(
                stage,
                method + " /files/" + file + "?" + like + " HTTP/1.1\r\nHost: v\r\n" + lines
                        + "Connection: close\r\n\r\n"));
    }

    private long sent() {
        return origin.requests(request -> request.path().endsWith("/" + file)).stream()
                .mapToLong(OriginRequest::contentBytesSent)
                .sum();
    }

    private static String part(String text, String told) {
        int dash = told.indexOf('-');
        return text.substring(
                Integer.parseInt(told.substring(0, dash)), Integer.parseInt(told.substring(dash + 1)) + 1);
    }

    private static void isAsTold(Seen answer, int status, String told) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.field("Content-Range")).isEqualTo(told.equals("-") ? "-" : "bytes " + told + "/" + 100);
        assertThat(answer.field("Content-Length"))
                .isEqualTo("" + answer.content().length());
        if (status != 416) {
            assertThat(answer.content()).isEqualTo(told.equals("-") ? TEXT : part(TEXT, told));
        }
    }

    @ParameterizedTest(name = "{0}: {2}, {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "§14.1.2 first byte | tag | bytes=0-0 | 206 | 0-0 | 1",
                "§14.1.2 from the start | tag | bytes=0-9 | 206 | 0-9 | 10",
                "§14.1.2 in the middle | tag | bytes=10-19 | 206 | 10-19 | 10",
                "§14.1.2 two bytes | tag | bytes=5-6 | 206 | 5-6 | 2",
                "§14.1.2 up to the last | tag | bytes=50-99 | 206 | 50-99 | 50",
                "§14.1.2 suffix of all | tag | bytes=-100 | 206 | 0-99 | 100",
                "§14.1.2 last byte | tag | bytes=99-99 | 206 | 99-99 | 1",
                "§14.1.2 open | tag | bytes=90- | 206 | 90-99 | 10",
                "§14.1.2 open from the start | tag | bytes=0- | 206 | 0-99 | 100",
                "§14.1.2 beyond the end | tag | bytes=90-1000 | 206 | 90-99 | 10",
                "§14.1.2 far beyond | tag | bytes=0-99999999999999999999 | 206 | 0-99 | 100",
                "§14.1.2 suffix | tag | bytes=-10 | 206 | 90-99 | 10",
                "§14.1.2 suffix of one | tag | bytes=-1 | 206 | 99-99 | 1",
                "§14.1.2 suffix longer than all | tag | bytes=-1000 | 206 | 0-99 | 100",
                "§14.2 unit in capitals | tag | BYTES=0-1 | 206 | 0-1 | 100",
                "§14.1.2 leading zeros | tag | bytes=000-009 | 206 | 0-9 | 10",
                "§5.6.1 empty members of the list | tag | bytes=,0-4, | 206 | 0-4 | 100",
                "§8.8.2.2 strong date | date | bytes=0-0 | 206 | 0-0 | 1",
                "§8.8.2.2 strong date, in the middle | date | bytes=10-19 | 206 | 10-19 | 10",
                "§8.8.2.2 strong date, open | date | bytes=90- | 206 | 90-99 | 10",
                "§8.8.2.2 strong date, suffix | date | bytes=-10 | 206 | 90-99 | 10",
                "§8.8.2.2 strong date, beyond the end | date | bytes=90-1000 | 206 | 90-99 | 10",
                "§8.8.1 tag and date | tag,date | bytes=20-29 | 206 | 20-29 | 10",
                "§15.5.17 starts far beyond | tag | bytes=99999999999999999999- | 416 | * | 100",
                "§15.5.17 starts beyond | tag | bytes=100- | 416 | * | 0",
                "§15.5.17 wholly beyond | tag | bytes=200-300 | 416 | * | 0",
                "§15.5.17 empty suffix | tag | bytes=-0 | 416 | * | 0",
                "§15.5.17 starts beyond, strong date | date | bytes=100- | 416 | * | 0",
                "§14.2 other unit | tag | items=0-1 | 200 | - | 100",
                "§14.2 no unit | tag | 0-1 | 200 | - | 100",
                "§14.2 malformed | tag | bytes=a-b | 200 | - | 100",
                "§14.1.1 backwards | tag | bytes=9-0 | 200 | - | 100",
                "§14.2 nothing | tag | bytes= | 200 | - | 100",
                "§14.2 overlapping | tag | bytes=0-9,5-15 | 200 | - | 100",
                "§14.2 an origin that ignores Range | tag,ignoring | bytes=10-19 | 206 | 10-19 | 100",
                "§14.2 an origin that ignores Range, strong date | date,ignoring | bytes=-5 | 206 | 95-99 | 100",
                "RFC 9111 §3.3 cut off, gone on with | tag,cut | bytes=10-19 | 206 | 10-19 | 10",
                "RFC 9111 §3.3 cut off, gone on with by a date | date,cut | bytes=10-19 | 206 | 10-19 | 10",
            })
    void aRangeIsTheSameColdAgainAndWarmAndNothingComesTwice(
            String section, String like, String range, int status, String told, long cold) throws IOException {
        String asked = "Range: " + range;
        isAsTold(ask("GET", like, asked), status, told);
        assertThat(sent()).isEqualTo(cold);
        isAsTold(ask("GET", like, asked), status, told);
        assertThat(sent()).isEqualTo(cold);
        isAsTold(ask("GET", like, "-"), 200, "-");
        assertThat(sent()).isEqualTo(100);
        isAsTold(ask("GET", like, asked), status, told);
        assertThat(sent()).isEqualTo(100);
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "§13.1.5 same strong tag | tag | \"v1\" | 206",
                "§13.1.5 other tag | tag | \"v2\" | 200",
                "§13.1.5 weak tag | tag | W/\"v1\" | 200",
                "§13.1.5 same weak tag | tag,weak | W/\"v1\" | 200",
                "§13.1.5 the tag where there is a date too | tag,date | \"v1\" | 206",
                "§13.1.5 the date where there is a tag too | tag,date | " + MODIFIED + " | 206",
                "§13.1.5 same strong date | date | " + MODIFIED + " | 206",
                "§13.1.5 an earlier date | date | Tue, 31 Dec 2019 23:59:59 GMT | 200",
                "§13.1.5 a later date | date | " + DATE + " | 200",
                "§8.8.2.2 same date, but not strong | date,same | " + DATE + " | 200",
                "§13.1.5 a date without Last-Modified | tag | " + MODIFIED + " | 200",
                "§13.1.5 a tag without ETag | date | \"v1\" | 200",
                "§13.1.5 nonsense | tag | v1 | 200",
            })
    void ifRangeLetsARangeCountOnlyByAStrongMatch(String section, String like, String condition, int status)
            throws IOException {
        for (int i = 0; i < 2; i++) {
            isAsTold(ask("GET", like, "Range: bytes=5-9; If-Range: " + condition), status, status == 206 ? "5-9" : "-");
            assertThat(sent()).isEqualTo(100);
        }
    }

    @ParameterizedTest(name = "{0}: {3} after {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "§14.6 nothing here yet | tag,long | - | 0-9,20-29 | 0-9,20-29 | 1048576",
                "§14.6 nothing here yet, far apart | tag,long | - | 0-9,3145728-3145737 | 0-9,3145728-3145737 | 1048586",
                "§14.6 nothing here yet, in another order | date,long | - | -10,0-9 | 4194294-4194303,0-9 | 1048586",
                "§14.6 nothing here, nothing to keep parts by | long | - | 0-9,20-29 | 0-9,20-29 | 4194314",
                "§14.1.2 nothing here, the first beyond the end | tag,long | - | 5000000-6000000,5-9 | 5-9 | 4194304",
                "§14.2 nothing here, overlapping | tag,long | - | 0-9,5-15 | - | 4194304",
                "§14.6 both here | tag,long | 0-99 | 0-9,20-29 | 0-9,20-29 | 100",
                "§14.6 both here, by a date | date,long | 0-99 | 0-9,20-29 | 0-9,20-29 | 100",
                "§14.6 in another order | tag,long | 0-99 | 20-29,0-9 | 20-29,0-9 | 100",
                "RFC 9111 §3.4 one here | tag,long | 0-1048575 | 0-9,3145728-3145737 | 0-9,3145728-3145737 | 2097152",
                "RFC 9111 §3.4 the other here | tag,long | 3145728-4194303 | 0-9,3145728-3145737 | 0-9,3145728-3145737 | 2097152",
                "RFC 9111 §3.4 one here, by a date | date,long | 0-1048575 | 0-9,-10 | 0-9,4194294-4194303 | 2097152",
                "RFC 9111 §3.4 none here | tag,long | 1048576-2097151 | 0-9,-10 | 0-9,4194294-4194303 | 3145728",
                "§14.1.2 one beyond the end | tag,long | 0-99 | 5-9,5000000-6000000 | 5-9 | 100",
                "§14.2 overlapping | tag,long | 0-99 | 0-9,5-15 | - | 4194304",
            })
    void severalRangesCombineStoredAndMissingBytes(
            String section, String like, String before, String asked, String told, long bytes) throws IOException {
        if (!before.equals("-")) {
            assertThat(ask("GET", like, "Range: bytes=" + before).status()).isEqualTo(206);
        }
        for (int i = 0; i < 2; i++) {
            Seen answer = ask("GET", like, "Range: bytes=" + asked);
            List<String> parts = List.of(told.split(","));
            if (told.equals("-")) {
                assertThat(answer.content()).isEqualTo(LONG);
            } else if (parts.size() == 1) {
                assertThat(answer.content()).isEqualTo(part(LONG, told));
            } else {
                hasParts(answer, parts);
            }
            if (bytes > 100) {
                stage.awaitQuiet(); // blocks, and a whole that was asked for, come to their end
            }
            assertThat(sent()).isEqualTo(bytes);
        }
    }

    private static void hasParts(Seen answer, List<String> parts) {
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.field("Content-Type")).startsWith("multipart/byteranges; boundary=");
        assertThat(answer.field("Content-Range")).isEqualTo("-");
        assertThat(answer.field("Content-Length"))
                .isEqualTo("" + answer.content().length());
        List<MatchResult> found = PART.matcher(answer.content()).results().toList();
        assertThat(found).extracting(one -> one.group(1) + "-" + one.group(2)).isEqualTo(parts);
        assertThat(found)
                .extracting(one -> one.group(3))
                .isEqualTo(parts.stream().map(told -> part(LONG, told)).toList());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "§14.2 HEAD ignores Range | HEAD | Range: bytes=0-4 | 200",
                "§13.2.2 If-None-Match before Range | GET | Range: bytes=0-4; If-None-Match: \"v1\" | 304",
                "§13.2.2 If-None-Match that does not match | GET | Range: bytes=0-4; If-None-Match: \"v2\" | 206",
                "§13.2.2 If-Modified-Since before Range | GET | Range: bytes=0-4; If-Modified-Since: " + DATE
                        + " | 304",
                "§14.2 Range twice counts as one list | GET | Range: bytes=0-4; Range: bytes=200-300 | 200",
            })
    void otherConditionsAndMethodsAreEvaluated(String section, String method, String fields, int status)
            throws IOException {
        ask("GET", "tag,date", "-");
        Seen answer = ask(method, "tag,date", fields);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.content())
                .isEqualTo(status == 206 ? "01234" : method.equals("GET") && status == 200 ? TEXT : "");
        assertThat(sent()).isEqualTo(100);
    }
}
