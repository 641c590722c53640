package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.origin.BreakerSettings;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Octets of origins against RFC 9112, section by section, over sockets on both sides: what the client gets, whether it is
 * kept, and whether the connection is used again. In the tables, an underscore is CR LF, a tilde a space, {@code ¬} a bare LF,
 * {@code ¢} a bare CR, {@code ¦} a tab and {@code §} a NUL; {@code ok_} stands for a status line 200 with a lifetime.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnswerParsingTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n";
    private static final List<String> WHOLE = List.of(
            OK + "Content-Length: 5\r\n\r\nhello",
            OK + "Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nT: u\r\n\r\n",
            "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK + "Content-Length: 5\r\n\r\nhello");
    private static final Pattern CHUNKS = Pattern.compile("[0-9a-f]+\r\n([a-z]*)\r\n");
    /** What is cut short or refused here looks like an origin that fails; it is not to be left alone. */
    private static final BreakerSettings UNBREAKABLE = new BreakerSettings(100_000, Duration.ofSeconds(10));

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final Map<String, String> scripts = new ConcurrentHashMap<>();
    private ScriptedOrigin origin;
    private Stage<String> stage;
    private String path = "";
    private volatile boolean closing;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        origin = ScriptedOrigin.open("127.0.0.1", this::answer);
        stage = Stage.ofFiles(folder, origin.base())
                .mountedAt("/")
                .breaker(UNBREAKABLE)
                .start();
    }

    private void answer(OriginRequest request, OriginReply reply) throws IOException {
        if (request.path().startsWith("/split/")) {
            sendSplit(request.path().substring(7).split("-", -1), reply);
            return;
        }
        String script = scripts.getOrDefault(request.path(), OK + "Content-Length: 5\r\n\r\nafter");
        if (closing && scripts.containsKey(request.path())) {
            reply.sendRaw(script);
        } else {
            reply.sendRawAndStay(script);
        }
    }

    /** Which of the whole answers, and after how many of its octets. */
    private static void sendSplit(String[] which, OriginReply reply) throws IOException {
        String answer = WHOLE.get(Integer.parseInt(which[0]));
        int at = Integer.parseInt(which[1]);
        reply.sendRawAndStay(answer.substring(0, at));
        reply.sendRawAndStay(answer.substring(at));
    }

    @BeforeEach
    void forget() {
        path = "/" + NUMBERS.incrementAndGet();
        closing = false;
        origin.closeConnections();
        origin.reset();
    }

    @AfterAll
    void stop() {
        stage.close();
        origin.close();
        assertThat(origin.failures()).isEmpty();
    }

    private static String octets(String text) {
        return text.replace("ok_", OK)
                .replace("_", "\r\n")
                .replace('~', ' ')
                .replace('¬', '\n')
                .replace('¢', '\r')
                .replace('¦', '\t')
                .replace('§', '\0');
    }

    private String ask(String method, String target) throws IOException {
        String answer =
                Wire.exchange(stage, method + " " + target + " HTTP/1.1\r\nHost: v\r\nConnection: close\r\n\r\n");
        stage.awaitQuiet();
        return answer;
    }

    private static String body(String answer) {
        int end = answer.indexOf("\r\n\r\n") + 4;
        String body = answer.substring(end);
        return isChunked(answer) ? CHUNKS.matcher(body).replaceAll("$1") : body;
    }

    /** An answer that is still on its way in has a length that nobody knows yet. */
    private static boolean isChunked(String answer) {
        return answer.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
    }

    private int asked() {
        return origin.requests(request -> request.path().equals(path)).size();
    }

    /** The connections on which the origin was asked, in the order of the questions. */
    private List<Integer> connections() {
        return origin.requests().stream().map(OriginRequest::connection).toList();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "§6.2 | ok_Content-Length:~5__hello | hello",
                "§6.2 | ok_Content-Length:~005__hello | hello",
                "§6.2 | ok_content-length:5__hello | hello",
                "§6.2 | ok_Content-Length:~~~5~~~__hello | hello",
                "§6.2 | ok_Content-Length:¦5¦__hello | hello",
                "§6.3 | ok_Content-Length:~0__ | ``",
                "§4 | HTTP/1.1~200~_Cache-Control:~max-age=60_Content-Length:~5__hello | hello",
                "§4 | HTTP/1.1~200_Cache-Control:~max-age=60_Content-Length:~5__hello | hello",
                "§2.3 | HTTP/1.2~200~OK_Cache-Control:~max-age=60_Content-Length:~5__hello | hello",
                "§4 | HTTP/1.1~200~All~is~very~well_Cache-Control:~max-age=60_Content-Length:~5__hello | hello",
                "§4 | HTTP/1.1~200~caf\u00e9_Cache-Control:~max-age=60_Content-Length:~5__hello | hello",
                "§5.1 | ok_X:_Content-Length:~5__hello | hello",
                "§5.1 | ok_X~:~1_Content-Length:~5__hello | hello",
                "§5.1 | ok_X¦~:1_Transfer-Encoding:~chunked__5_hello_0_Y~:~2__ | hello",
                "RFC 9110 §5.5 | ok_X:~a¦b_Content-Length:~5__hello | hello",
                "RFC 9110 §5.5 | ok_X:~\u00e9_Content-Length:~5__hello | hello",
                "§7.1 | ok_Transfer-Encoding:~chunked__5_hello_0__ | hello",
                "§7.1 | ok_Transfer-Encoding:~Chunked__2_he_3_llo_0__ | hello",
                "§7.1 | ok_Transfer-Encoding:~chunked__0__ | ``",
                "§7.1 | ok_Transfer-Encoding:~chunked__005_hello_000__ | hello",
                "§7.1 | ok_Transfer-Encoding:~chunked__A_helloworld_0__ | helloworld",
                "§7.1 | ok_Transfer-Encoding:~chunked__a_helloworld_0__ | helloworld",
                "§7.1 | ok_Transfer-Encoding:~chunked__5~_hello_0__ | hello",
                "§7.1 | ok_Transfer-Encoding:~chunked__5~~~~~_hello_0¦~_X:~1__ | hello",
                "§7.1.1 | ok_Transfer-Encoding:~chunked__5;a=b_hello_0;c__ | hello",
                "§7.1.1 | ok_Transfer-Encoding:~chunked__5;a=\"b;c\"_hello_0__ | hello",
                "§7.1.2 | ok_Transfer-Encoding:~chunked__5_hello_0_X-Sum:~1_Y:~2__ | hello",
                "RFC 9110 §15.2 | HTTP/1.1~100~Continue__ok_Content-Length:~5__hello | hello",
                "RFC 9110 §15.2 | HTTP/1.1~103~Early~Hints_Link:~x__HTTP/1.1~102~P__ok_Content-Length:~5__hello | hello",
                "RFC 9110 §15.2 | HTTP/1.1~199~Odd_Content-Length:~3__ok_Content-Length:~5__hello | hello",
            })
    void aCompleteResponseIsDeliveredAndStoredAndItsConnectionReused(String section, String answer, String expected)
            throws IOException {
        scripts.put(path, octets(answer));
        String first = ask("GET", path);

        assertThat(Wire.statuses(first)).endsWith(200);
        assertThat(body(first.substring(first.lastIndexOf("HTTP/1.1 ")))).isEqualTo(expected);
        assertThat(body(ask("GET", path))).isEqualTo(expected);
        assertThat(asked()).isOne();
        assertThat(body(ask("GET", "/after" + path))).isEqualTo("after");
        assertThat(connections()).hasSize(2).containsOnly(connections().getFirst());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "§6.3 | HTTP/1.0~200~OK_Cache-Control:~max-age=60_Content-Length:~5__hello",
                "§6.3 | HTTP/1.0~200~OK_Cache-Control:~max-age=60__hello",
                "§6.3 | ok__hello",
                "§9.6 | ok_Connection:~close_Content-Length:~5__hello",
                "§9.6 | ok_Connection:~x,~Close_Content-Length:~5__hello",
                "§9.6 | ok_Connection:~close_Transfer-Encoding:~chunked__5_hello_0__",
            })
    void aResponseThatEndsWithItsConnectionIsDeliveredAndStored(String section, String answer) throws IOException {
        closing = true;
        scripts.put(path, octets(answer));

        assertThat(body(ask("GET", path))).isEqualTo("hello");
        assertThat(body(ask("GET", path))).isEqualTo("hello");
        assertThat(asked()).isOne();
        assertThat(body(ask("GET", "/after" + path))).isEqualTo("after");
        assertThat(connections()).hasSize(2).doesNotHaveDuplicates();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "§2.2 | HTTP/1.1~200~OK¬Content-Length:~5__hello",
                "§2.2 | ok_Content-Length:~5¬_hello",
                "§2.2 | ok_X:~1¬Content-Length:~5__hello",
                "§2.2 | ok_X:~a¢b_Content-Length:~5__hello",
                "§2.2 | ok_X:~a¢¢_Content-Length:~5__hello",
                "§2.2 | ok_~X:~1_Content-Length:~5__hello",
                "§2.2 | HTTP/1.1~200~OK_~X:~1_Content-Length:~5__hello",
                "§2.3 | HTTP/2.0~200~OK_Content-Length:~5__hello",
                "§2.3 | HTTP/0.9~200~OK_Content-Length:~5__hello",
                "§2.3 | HTTP/1.x~200~OK_Content-Length:~5__hello",
                "§2.3 | http/1.1~200~OK_Content-Length:~5__hello",
                "§2.3 | HTTP/11~200~OK_Content-Length:~5__hello",
                "§2.3 | ICY~200~OK_Content-Length:~5__hello",
                "§4 | HTTP/1.1~OK_Content-Length:~5__hello",
                "§4 | HTTP/1.1~20~OK_Content-Length:~5__hello",
                "§4 | HTTP/1.1~2000~OK_Content-Length:~5__hello",
                "§4 | HTTP/1.1~2x0~OK_Content-Length:~5__hello",
                "§4 | HTTP/1.1~-20~OK_Content-Length:~5__hello",
                "§4 | HTTP/1.1~000~OK_Content-Length:~5__hello",
                "§4 | HTTP/1.1~099~OK_Content-Length:~5__hello",
                "§4 | HTTP/1.1~600~OK_Content-Length:~5__hello",
                "§4 | HTTP/1.1~999~OK_Content-Length:~5__hello",
                "§4 | HTTP/1.1~~200~OK_Content-Length:~5__hello",
                "§4 | HTTP/1.1¦200¦OK_Content-Length:~5__hello",
                "§4 | ~HTTP/1.1~200~OK_Content-Length:~5__hello",
                "§4 | SSH-2.0-OpenSSH_9.6__",
                "§4 | HTTP/1.1~200~O§K_Content-Length:~5__hello",
                "§4 | HTTP/1.1~200~O\u0007K_Content-Length:~5__hello",
                "§5 | ok_nonsense_Content-Length:~5__hello",
                "§5 | ok_:~x_Content-Length:~5__hello",
                "§5 | ok_a~b:~x_Content-Length:~5__hello",
                "§5 | ok_(a):~x_Content-Length:~5__hello",
                "§5 | ok_a§:~x_Content-Length:~5__hello",
                "RFC 9110 §5.5 | ok_X:~a§b_Content-Length:~5__hello",
                "RFC 9110 §5.5 | ok_X:~a\u0001b_Content-Length:~5__hello",
                "RFC 9110 §5.5 | ok_X:~a\u007fb_Content-Length:~5__hello",
                "§5.1 | ok_Content-Length~:~5__hello",
                "§5.1 | ok_content-length~:~5__hello",
                "§5.1 | ok_Content-Length~:~5_Content-Length:~5__hello",
                "§5.1 | ok_Content-Length:~5_Transfer-Encoding~:~chunked__hello",
                "§5.1 | ok_Transfer-Encoding~:~chunked__5_hello_0__",
                "§5.1 | ok_TRANSFER-ENCODING¦~:~chunked__5_hello_0__",
                "§5.1 | ok_Content-Length¦:~5__hello",
                "§5.1 | ok_~:~1_Content-Length:~5__hello",
                "§5.1 | ok_X\u000b:~1_Content-Length:~5__hello",
                "§5.2 | ok_X:~1_~2_Content-Length:~5__hello",
                "§5.2 | ok_X:~1_¦2_Content-Length:~5__hello",
                "§5.2 | ok_Content-Length:_~5__hello",
                "§5.2 | ok_Transfer-Encoding:_~chunked__5_hello_0__",
                "§5.2 | ok_Content-Length:~5_~6__hello!",
                "§6.1 | ok_Transfer-Encoding:~chunked_Content-Length:~5__5_hello_0__",
                "§6.1 | ok_Content-Length:~5_Transfer-Encoding:~chunked__5_hello_0__",
                "§6.1 | ok_Transfer-Encoding:~gzip__hello",
                "§6.1 | ok_Transfer-Encoding:~gzip,~chunked__5_hello_0__",
                "§6.1 | ok_Transfer-Encoding:~chunked,~chunked__5_hello_0__",
                "§6.1 | ok_Transfer-Encoding:~chunked_Transfer-Encoding:~chunked__5_hello_0__",
                "§6.1 | ok_Transfer-Encoding:~chunked,~identity__5_hello_0__",
                "§6.1 | ok_Transfer-Encoding:~identity_Content-Length:~5__hello",
                "§6.1 | ok_Transfer-Encoding:~xchunked__5_hello_0__",
                "§6.1 | ok_Transfer-Encoding:_Content-Length:~5__hello",
                "§6.1 | HTTP/1.0~200~OK_Transfer-Encoding:~chunked__5_hello_0__",
                "§6.2 | ok_Content-Length:~-5__hello",
                "§6.2 | ok_Content-Length:~+5__hello",
                "§6.2 | ok_Content-Length:~0x5__hello",
                "§6.2 | ok_Content-Length:~5.0__hello",
                "§6.2 | ok_Content-Length:~5~5__hello",
                "§6.2 | ok_Content-Length:__hello",
                "§6.2 | ok_Content-Length:~99999999999999999999__hello",
                "§6.3 | ok_Content-Length:~5,~5__hello",
                "§6.3 | ok_Content-Length:~5_Content-Length:~5__hello",
                "§6.3 | ok_Content-Length:~5_Content-Length:~6__hello!",
                "§6.3 | ok_Content-Length:~0_Content-Length:~5__hello",
                "RFC 9110 §15.2.2 | HTTP/1.1~101~Switching~Protocols_Upgrade:~x_Connection:~upgrade__",
            })
    void aMalformedHeadGives502AndNothingIsStored(String section, String answer) throws IOException {
        closing = true;
        scripts.put(path, octets(answer));
        String got = ask("GET", path);

        assertThat(Wire.statuses(got)).containsExactly(502);
        assertThat(body(got)).doesNotContain("hello");
        assertThat(Wire.statuses(ask("GET", path))).containsExactly(502);
        assertThat(asked()).isEqualTo(2);
        assertThat(connections()).doesNotHaveDuplicates();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "§8 | ok_Content-Length:~500__hello",
                "§8 | ok_Transfer-Encoding:~chunked__5_hel",
                "§8 | ok_Transfer-Encoding:~chunked__5_hello",
                "§8 | ok_Transfer-Encoding:~chunked__5_hello_",
                "§8 | ok_Transfer-Encoding:~chunked__5_hello_0",
                "§8 | ok_Transfer-Encoding:~chunked__5_hello_0_",
                "§8 | ok_Transfer-Encoding:~chunked__5_hello_0_X:~1_",
                "§7.1 | ok_Transfer-Encoding:~chunked__5_hello_zz__",
                "§7.1 | ok_Transfer-Encoding:~chunked__5_hello_-1__",
                "§7.1 | ok_Transfer-Encoding:~chunked__5_hello_+1_x_0__",
                "§7.1 | ok_Transfer-Encoding:~chunked__5_hello_0x1_x_0__",
                "§7.1 | ok_Transfer-Encoding:~chunked__5_hello_~1_x_0__",
                "§7.1 | ok_Transfer-Encoding:~chunked__5_hello__0__",
                "§7.1 | ok_Transfer-Encoding:~chunked__5_hellox_0__",
                "§7.1 | ok_Transfer-Encoding:~chunked__5_hello¬0__",
                "§7.1 | ok_Transfer-Encoding:~chunked__5_hello_1¬x_0__",
                "§7.1 | ok_Transfer-Encoding:~chunked__5_hello0__",
                "§7.1 | ok_Transfer-Encoding:~chunked__5_hello_10000000000000000_x_0__",
                "§7.1 | ok_Transfer-Encoding:~chunked__5_hello_fffffffffffffffff_x_0__",
                "§7.1.1 | ok_Transfer-Encoding:~chunked__5_hello_1;a¬b_x_0__",
                "§7.1.2 | ok_Transfer-Encoding:~chunked__5_hello_0_nonsense__",
                "§7.1 | ok_Transfer-Encoding:~chunked__5_hello_1~1_x_0__",
                "§7.1 | ok_Transfer-Encoding:~chunked__5_hello_1~x_x_0__",
                "§7.1 | ok_Transfer-Encoding:~chunked__5_hello_1\u000b_x_0__",
                "§7.1 | ok_Transfer-Encoding:~chunked__5_hello_1;a~_x_0__",
                "§7.1.2 | ok_Transfer-Encoding:~chunked__5_hello_0_Content-Length~:~1__",
                "§7.1.2 | ok_Transfer-Encoding:~chunked__5_hello_0_X:~1_~2__",
                "§7.1.2 | ok_Transfer-Encoding:~chunked__5_hello_0_X:~a§b__",
            })
    void aBodyThatBreaksOffIsNeverDeliveredCompleteNorStored(String section, String answer) throws IOException {
        closing = true;
        scripts.put(path, octets(answer));

        assertThat(isWhole(ask("GET", path))).isFalse();
        assertThat(isWhole(ask("GET", path))).isFalse();
        assertThat(asked()).isGreaterThanOrEqualTo(2);
        assertThat(connections()).doesNotHaveDuplicates();
    }

    /** Whether a client would take it for a success to its end. */
    private static boolean isWhole(String answer) {
        boolean success = Wire.statuses(answer).equals(List.of(200));
        boolean ended = isChunked(answer) ? answer.endsWith("\r\n0\r\n\r\n") : !answer.contains("Content-Length: 500");
        return success && ended;
    }

    @ParameterizedTest(name = "{0}: {1} {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "§6.3 | GET | 200 | ok_Content-Length:~5__hello | HTTP/1.1~200~OK_Content-Length:~4__evil",
                "§6.3 | GET | 200 | ok_Content-Length:~5__hello | x",
                "§6.3 | GET | 200 | ok_Content-Length:~5__hello | _",
                "§6.3 | GET | 200 | ok_Transfer-Encoding:~chunked__5_hello_0__ | HTTP/1.1~200~OK_Content-Length:~4__evil",
                "§6.3 | GET | 200 | ok_Content-Length:~0__ | HTTP/1.1~200~OK_Content-Length:~4__evil",
                "§6.3 | HEAD | 200 | ok_Content-Length:~5__ | hello",
                "§6.3 | HEAD | 200 | ok_Transfer-Encoding:~chunked__ | 5_hello_0__",
                "§6.3 | GET | 204 | HTTP/1.1~204~No~Content__ | hello",
                "§6.3 | GET | 204 | HTTP/1.1~204~No~Content_Content-Length:~5__ | hello",
                "§6.3 | GET | 304 | HTTP/1.1~304~Not~Modified_Content-Length:~5__ | hello",
            })
    void bytesAfterAResponseAreNeverTheNextResponse(
            String section, String method, int status, String answer, String more) throws IOException {
        scripts.put(path, octets(answer) + octets(more));
        String got = ask(method, path);

        assertThat(Wire.statuses(got)).containsExactly(status);
        assertThat(got).doesNotContain("evil");
        assertThat(body(ask("GET", "/after" + path))).isEqualTo("after");
        assertThat(connections()).doesNotHaveDuplicates();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "§6.3 | HEAD | 200 | ok_Content-Length:~5__",
                "§6.3 | HEAD | 200 | ok_Transfer-Encoding:~chunked__",
                "§6.3 | HEAD | 200 | ok__",
                "§6.3 | GET | 204 | HTTP/1.1~204~No~Content__",
                "§6.3 | GET | 304 | HTTP/1.1~304~Not~Modified__",
                "§6.3 | GET | 304 | HTTP/1.1~304~Not~Modified_Content-Length:~5__",
            })
    void anAnswerWithoutContentEndsWithItsHead(String section, String method, int status, String answer)
            throws IOException {
        scripts.put(path, octets(answer));

        assertThat(Wire.statuses(ask(method, path))).containsExactly(status);
        assertThat(body(ask("GET", "/after" + path))).isEqualTo("after");
        assertThat(connections()).hasSize(2).containsOnly(connections().getFirst());
    }

    @ParameterizedTest(name = "{0}: {1} {2} times {3}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "§4 | HTTP/1.1~200~ | 70000 | a | _Content-Length:~5__hello",
                "§5 | ok_X:~ | 70000 | a | _Content-Length:~5__hello",
                "§5 | ok_ | 20000 | X:~y_ | Content-Length:~5__hello",
                "RFC 9110 §15.2 | `` | 100 | HTTP/1.1~100~Continue__ | ok_Content-Length:~5__hello",
            })
    void aHeadWithoutEndGives502(String section, String start, int times, String more, String end) throws IOException {
        closing = true;
        scripts.put(path, octets(start) + octets(more).repeat(times) + octets(end));

        assertThat(Wire.statuses(ask("GET", path))).containsExactly(502);
        assertThat(connections()).doesNotHaveDuplicates();
    }

    /** RFC 9112 §2.2: octets are a stream, and their packets mean nothing. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void itDoesNotMatterWhereAnAnswerIsSplit(int which) throws IOException {
        for (int at = 1; at < WHOLE.get(which).length(); at++) {
            String got = ask("GET", "/split/" + which + "-" + at);
            assertThat(body(got.substring(got.lastIndexOf("HTTP/1.1 "))))
                    .as("split after %s octets", at)
                    .isEqualTo("hello");
        }
        assertThat(connections()).containsOnly(connections().getFirst());
    }

    /** RFC 9112 §5.1: a proxy removes white space between a field's name and its colon from answers. */
    @ParameterizedTest
    @ValueSource(strings = {"~:~1", "¦:1", "~¦~:~~1~"})
    void theBlankBeforeAColonIsRemoved(String rest) throws IOException {
        scripts.put(path, octets("ok_X-Old" + rest + "_Set-Cookie" + rest + "_Content-Length:~5__hello"));

        for (String got : List.of(ask("GET", path), ask("GET", path))) {
            assertThat(got.toLowerCase(Locale.ROOT)).contains("\r\nx-old: 1\r\n");
        }
        assertThat(asked()).as("what has Set-Cookie is not kept").isEqualTo(2);
    }

    /** RFC 9112 §11.1: octets of the origin's never make a field of their own. */
    @Test
    void aFieldCannotInjectAnother() throws IOException {
        closing = true;
        scripts.put(path, octets("ok_X:~a¢Set-Cookie:~evil=1_Content-Length:~5__hello"));
        String got = ask("GET", path);

        assertThat(got).doesNotContain("Set-Cookie").doesNotContain("evil");
    }
}
