package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.origin.BreakerSettings;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
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
 * Octets of clients against RFC 9112, section by section, over sockets: a vault mounted at the root, and an origin that counts
 * what reaches it. In the tables, an underscore is CR LF, a tilde a space, {@code ¬} a bare LF, {@code ¢} a bare CR, {@code ¦} a
 * tab and {@code §} a NUL.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MessageParsingTest {
    private static final String NEXT = "GET /next HTTP/1.1\r\nHost: v\r\nConnection: close\r\n\r\n";

    /** What follows a fault; never to be carried out. */
    private static final String NEVER = "GET /never HTTP/1.1\r\nHost: v\r\n\r\n";

    /** What is cut short or refused here looks like an origin that fails; it is not to be left alone. */
    private static final BreakerSettings UNBREAKABLE = new BreakerSettings(100_000, Duration.ofSeconds(10));

    private static final String CHUNKED = "POST /cut HTTP/1.1\r\nHost: v\r\nTransfer-Encoding: chunked\r\n\r\n";

    private final Map<String, Gate> gates = new ConcurrentHashMap<>();
    private ScriptedOrigin origin;
    private Stage<String> stage;
    private volatile boolean strayed;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        origin = ScriptedOrigin.open("127.0.0.1", this::answer);
        stage = Stage.ofFiles(folder, origin.base())
                .mountedAt("/")
                .breaker(UNBREAKABLE)
                .start();
    }

    private void answer(OriginRequest request, OriginReply reply) throws IOException {
        strayed |= request.path().equals("/never") || request.path().equals("/cut");
        Gate gate = gates.get(request.path());
        if (gate != null) {
            reply.waitAt(gate);
        }
        reply.field("Cache-Control", "no-store").answer("<" + request.path() + ">");
    }

    @BeforeEach
    void forget() {
        origin.reset();
    }

    @AfterAll
    void nothingThatFollowedAFaultReachedTheOriginEvenLate() {
        stage.close();
        origin.close();
        assertThat(strayed).isFalse();
        assertThat(origin.failures()).isEmpty();
    }

    private static String octets(String text) {
        return text.replace("_", "\r\n")
                .replace('~', ' ')
                .replace('¬', '\n')
                .replace('¢', '\r')
                .replace('¦', '\t')
                .replace('§', '\0');
    }

    private List<String> asked() {
        return origin.requests().stream().map(OriginRequest::path).toList();
    }

    private void assertRefused(String answers, int status) {
        assertThat(Wire.statuses(answers)).containsExactly(status);
        assertThat(answers).containsIgnoringCase("connection: close");
        assertThat(asked()).isEmpty();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "§2.2 | GET~/a~HTTP/1.1¬Host:~v_~_ ",
                "§2.2 | GET~/a~HTTP/1.1_Host:~v¬_",
                "§2.2 | GET~/a~HTTP/1.1_Host:~v_¬",
                "§2.2 | GET~/a~HTTP/1.1¬Host:~v¬¬",
                "§2.2 | GET~/a~HTTP/1.1¢Host:~v__",
                "§2.2 | GET~/a~HTTP/1.1_Host:~v¢X:~1__",
                "§2.2 | GET~/a~HTTP/1.1_X:~a¢b_Host:~v__",
                "§2.2 | GET~/a~HTTP/1.1_Host:~v¢¢__",
                "§2.2 | ¬GET~/a~HTTP/1.1_Host:~v__",
                "§2.2 | _____GET~/a~HTTP/1.1_Host:~v__",
                "§2.2 | ~GET~/a~HTTP/1.1_Host:~v__",
                "§2.2 | GET~/a~HTTP/1.1_~Host:~v_Host:~v__",
                "§2.2 | GET~/a~HTTP/1.1_¦X:~1_Host:~v__",
                "§2.3 | GET~/a~http/1.1_Host:~v__",
                "§2.3 | GET~/a~HTTP/1_Host:~v__",
                "§2.3 | GET~/a~HTTP/1.10_Host:~v__",
                "§2.3 | GET~/a~HTTP/11_Host:~v__",
                "§2.3 | GET~/a~HTTP/1.x_Host:~v__",
                "§2.3 | GET~/a~HTTPS/1.1_Host:~v__",
                "§2.3 | GET~/a~_Host:~v__",
                "§2.3 | GET~/a_Host:~v__",
                "§3 | GET_",
                "§3 | GET~~/a~HTTP/1.1_Host:~v__",
                "§3 | GET~/a~~HTTP/1.1_Host:~v__",
                "§3 | GET¦/a¦HTTP/1.1_Host:~v__",
                "§3 | GET~/a~HTTP/1.1~_Host:~v__",
                "§3 | GET~/a~b~HTTP/1.1_Host:~v__",
                "§3 | GET~/a§b~HTTP/1.1_Host:~v__",
                "§3.1 | G(T~/a~HTTP/1.1_Host:~v__",
                "§3.1 | GET:~/a~HTTP/1.1_Host:~v__",
                "§3.1 | G§T~/a~HTTP/1.1_Host:~v__",
                "§3.2 | GET~a~HTTP/1.1_Host:~v__",
                "§3.2 | GET~/a#b~HTTP/1.1_Host:~v__",
                "§3.2 | GET~/a/../b~HTTP/1.1_Host:~v__",
                "§3.2 | GET~/a%zz~HTTP/1.1_Host:~v__",
                "§3.2 | GET~/a%00~HTTP/1.1_Host:~v__",
                "§3.2 | GET~/a%0A~HTTP/1.1_Host:~v__",
                "§3.2 | GET~/a?b¦c~HTTP/1.1_Host:~v__",
                "§3.2 | GET~/a?b\u0001c~HTTP/1.1_Host:~v__",
                "§3.2 | GET~/a?b\u007fc~HTTP/1.1_Host:~v__",
                "§3.2 | GET~/a?b¬c~HTTP/1.1_Host:~v__",
                "§3.2 | GET~/a__",
                "§3.2 | GET~/a~HTTP/1.1__",
                "§3.2 | GET~/a~HTTP/1.1_Host:~v_Host:~v__",
                "§3.2 | GET~/a~HTTP/1.1_Host:~v_host:~w__",
                "§3.2 | GET~/a~HTTP/1.1_Host:~a~b__",
                "§3.2 | GET~/a~HTTP/1.1_Host:~a,b__",
                "§3.2 | GET~/a~HTTP/1.1_Host:~a@b__",
                "§3.2 | GET~/a~HTTP/1.1_Host:~a/b__",
                "§3.2 | GET~/a~HTTP/1.1_Host:~v:99999999__",
                "§3.2.3 | CONNECT~v:443~HTTP/1.1_Host:~v:443__",
                "§3.2.4 | GET~*~HTTP/1.1_Host:~v__",
                "§3.2.4 | OPTIONS~*~HTTP/1.1__",
                "§3.2 | GET~/caf\u00c3\u00a9~HTTP/1.1_Host:~v__",
                "§3.2 | GET~/\u00c0\u00af~HTTP/1.1_Host:~v__",
                "§3.2 | GET~/a\u0001b~HTTP/1.1_Host:~v__",
                "§3.2 | GET~/a\u007fb~HTTP/1.1_Host:~v__",
                "§5 | GET~/a~HTTP/1.1_Host:~v_nocolon__",
                "§5 | GET~/a~HTTP/1.1_Host:~v_:~x__",
                "§5 | GET~/a~HTTP/1.1_Host:~v_a~b:~x__",
                "§5 | GET~/a~HTTP/1.1_Host:~v_(a):~x__",
                "§5 | GET~/a~HTTP/1.1_Host:~v_a§:~x__",
                "§5 | GET~/a~HTTP/1.1_Host:~v_A:~x§y__",
                "RFC 9110 §5.5 | GET~/a~HTTP/1.1_Host:~v_A:~x\u0001y__",
                "RFC 9110 §5.5 | GET~/a~HTTP/1.1_Host:~v_A:~x\u007fy__",
                "RFC 9110 §5.5 | GET~/a~HTTP/1.1_Host:~v_A:~x\u000by__",
                "§5.1 | GET~/a~HTTP/1.1_Host~:~v__",
                "§5.1 | GET~/a~HTTP/1.1_Host:~v_X~:~1__",
                "§5.1 | GET~/a~HTTP/1.1_Host:~v_X¦:~1__",
                "§5.1 | POST~/a~HTTP/1.1_Host:~v_Content-Length~:~5__hello",
                "§5.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding~:~chunked__0__",
                "§5.2 | GET~/a~HTTP/1.1_Host:~v_X:~1_~2__",
                "§5.2 | GET~/a~HTTP/1.1_Host:~v_X:~1_¦2__",
                "§5.2 | GET~/a~HTTP/1.1_Host:~v_X:_~1__",
                "§5.2 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:_~chunked__0__",
                "§6.1 | POST~/a~HTTP/1.1_Host:~v_Content-Length:~5_Transfer-Encoding:~chunked__0__",
                "§6.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked_Content-Length:~5__0__",
                "§6.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked,~chunked__0__",
                "§6.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked_Transfer-Encoding:~chunked__0__",
                "§6.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked,~gzip__0__",
                "§6.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~gzip__0__",
                "§6.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~identity__0__",
                "§6.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~identity_Transfer-Encoding:~chunked__0__",
                "§6.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~\"chunked\"__0__",
                "§6.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~xchunked__0__",
                "§6.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:__0__",
                "§6.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked;q=1__0__",
                "§6.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~\u000bchunked__0__",
                "§6.1 | POST~/a~HTTP/1.0_Host:~v_Transfer-Encoding:~chunked__0__",
                "§6.2 | POST~/a~HTTP/1.1_Host:~v_Content-Length:~-5__hello",
                "§6.2 | POST~/a~HTTP/1.1_Host:~v_Content-Length:~+5__hello",
                "§6.2 | POST~/a~HTTP/1.1_Host:~v_Content-Length:~0x5__hello",
                "§6.2 | POST~/a~HTTP/1.1_Host:~v_Content-Length:~5.0__hello",
                "§6.2 | POST~/a~HTTP/1.1_Host:~v_Content-Length:~5~5__hello",
                "§6.2 | POST~/a~HTTP/1.1_Host:~v_Content-Length:__hello",
                "§6.2 | POST~/a~HTTP/1.1_Host:~v_Content-Length:~\"5\"__hello",
                "§6.2 | POST~/a~HTTP/1.1_Host:~v_Content-Length:~99999999999999999999__hello",
                "§6.3 | POST~/a~HTTP/1.1_Host:~v_Content-Length:~5,~5__hello",
                "§6.3 | POST~/a~HTTP/1.1_Host:~v_Content-Length:~5_Content-Length:~5__hello",
                "§6.3 | POST~/a~HTTP/1.1_Host:~v_Content-Length:~5_Content-Length:~6__hello!",
                "§6.3 | POST~/a~HTTP/1.1_Host:~v_Content-Length:~0_Content-Length:~5__hello",
            })
    void aMalformedHeadGets400AndTheConnectionCloses(String section, String head) throws IOException {
        assertRefused(Wire.exchange(stage, octets(head.strip()) + NEVER), 400);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "§7.1 | zz_hello_0__",
                "§7.1 | _hello_0__",
                "§7.1 | -5_hello_0__",
                "§7.1 | +5_hello_0__",
                "§7.1 | 0x5_hello_0__",
                "§7.1 | 5~_hello_0__",
                "§7.1 | ~5_hello_0__",
                "§7.1 | 5~5_hello_0__",
                "§7.1 | 5,_hello_0__",
                "§7.1 | 5h_hello_0__",
                "§7.1 | 5¬hello_0__",
                "§7.1 | 5_hello¬0__",
                "§7.1 | 5_hello0__",
                "§7.1 | 5_hellohello_0__",
                "§7.1 | 5_hello¢0__",
                "§7.1 | 5_hell_0__",
                "§7.1 | 10000000000000000_hello_0__",
                "§7.1 | fffffffffffffffff_hello_0__",
                "§7.1.1 | 5;_hello_0__",
                "§7.1.1 | 5;a=_hello_0__",
                "§7.1.1 | 5;a=\"x_hello_0__",
                "§7.1.1 | 5;a¬b_hello_0__",
                "§7.1.1 | 5;a¢b_hello_0__",
                "§7.1.1 | 5;a§_hello_0__",
                "§7.1.1 | 5;a~b_hello_0__",
                "§7.1.2 | 5_hello_0_nocolon__",
                "§7.1.2 | 5_hello_0_A:~1_~2__",
                "§7.1.2 | 5_hello_0_A~:~1__",
                "§7.1.2 | 5_hello_0_A:~1¬_",
                "§7.1.2 | 5_hello_0¬_",
                "§7.1.2 | 5_hello_0_¬",
                "§7.1.2 | 5_hello_0_A:~§__",
            })
    void aMalformedChunkGets400AndTheConnectionCloses(String section, String chunks) throws IOException {
        assertRefused(Wire.exchange(stage, CHUNKED + octets(chunks) + NEVER), 400);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "§2.2 | _GET~/a~HTTP/1.1_Host:~v__",
                "§2.2 | __GET~/a~HTTP/1.1_Host:~v__",
                "§3 | GET~/a~HTTP/1.1_Host:~v__",
                "§3.1 | get~/a~HTTP/1.1_Host:~v__",
                "§3.1 | M-SEARCH~/a~HTTP/1.1_Host:~v__",
                "§3.2.2 | GET~http://v/a~HTTP/1.1_Host:~v__",
                "§3.2.2 | GET~HTTP://other.example/a~HTTP/1.1_Host:~v__",
                "§3.2 | GET~/a~HTTP/1.1_Host:~v:8080__",
                "§3.2 | GET~/a~HTTP/1.1_Host:~[::1]:80__",
                "§5 | GET~/a~HTTP/1.1_Host:v__",
                "§5 | GET~/a~HTTP/1.1_Host:~~~v~~~__",
                "§5 | GET~/a~HTTP/1.1_Host:¦v¦__",
                "§5 | GET~/a~HTTP/1.1_Host:~v_X:__",
                "§5 | GET~/a~HTTP/1.1_Host:~v_X:~a~b¦c__",
                "RFC 9110 §5.5 | GET~/a~HTTP/1.1_Host:~v_X:~é__",
                "RFC 9110 §5.6.2 | GET~/a~HTTP/1.1_Host:~v_!#$%&'*+-.^x:~1__",
                "§6.2 | POST~/a~HTTP/1.1_Host:~v_Content-Length:~5__hello",
                "§6.2 | POST~/a~HTTP/1.1_Host:~v_Content-Length:~005__hello",
                "§6.2 | POST~/a~HTTP/1.1_Host:~v_Content-Length:~0__",
                "§6.2 | GET~/a~HTTP/1.1_Host:~v_Content-Length:~5__hello",
                "§7.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked__5_hello_0__",
                "§7.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~CHUNKED__5_hello_0__",
                "§7.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked__0__",
                "§7.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked__000__",
                "§7.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked__0005_hello_0__",
                "§7.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked__a_helloworld_0__",
                "§7.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked__A_helloworld_0__",
                "§7.1.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked__5;a_hello_0;b=c__",
                "§7.1.1 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked__5~;~a~=~\"b;c\"_hello_0__",
                "§7.1.2 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked__5_hello_0_A:~1_B:~2__",
            })
    void aWellFormedRequestIsOneAndTheNextFollowsIt(String section, String request) throws IOException {
        String octets = octets(request);
        String answers;
        try (Wire wire = new Wire(stage)) {
            for (int at = 0; at < octets.length(); at += 7) {
                wire.send(octets.substring(at, Math.min(at + 7, octets.length())));
            }
            answers = wire.send(NEXT).rest();
        }

        assertThat(Wire.statuses(answers)).containsExactly(200, 200);
        assertThat(answers).containsSubsequence("</a>", "</next>");
        assertThat(asked()).containsExactly("/a", "/next");
        assertThat(origin.requests().getFirst().bodyText()).isEqualTo(content(octets));
    }

    private static String content(String request) {
        boolean isPost = request.startsWith("POST") || request.contains("Content-Length: 5");
        return !isPost || !request.contains("hello") ? "" : request.contains("helloworld") ? "helloworld" : "hello";
    }

    @ParameterizedTest(name = "{0}: {1} {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "RFC 9110 §15.6.6 | 505 | GET~/a~HTTP/2.0_Host:~v__",
                "RFC 9110 §15.6.6 | 505 | PRI~*~HTTP/2.0__SM__",
                "RFC 9110 §15.6.6 | 505 | GET~/a~HTTP/0.9__",
                "§6.1 | 501 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~gzip,~chunked__0__",
                "§6.1 | 501 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~x,y~,~Chunked__0__",
            })
    void anUnsupportedFeatureIsRefusedByItsName(String section, int status, String request) throws IOException {
        assertRefused(Wire.exchange(stage, octets(request) + NEVER), status);
    }

    @ParameterizedTest(name = "{0}: {1} {2} and {3} times {4}")
    @CsvSource(
            delimiter = '|',
            value = {
                "§3.1 | 400 | '' | 100000 | A | ''",
                "§3.1 | 400 | '' | 1000 | A | ~/a~HTTP/1.1_Host:~v__",
                "§3 | 414 | GET~/ | 140000 | a | ''",
                "§3 | 414 | GET~/?q= | 70000 | %20 | ''",
                "RFC 6585 §5 | 431 | GET~/a~HTTP/1.1_Host:~v_X:~ | 140000 | a | ''",
                "RFC 6585 §5 | 431 | GET~/a~HTTP/1.1_Host:~v_ | 20000 | X:~y_ | ''",
                "RFC 6585 §5 | 431 | GET~/a~HTTP/1.1_Host:~v_ | 140000 | a | ''",
                "§7.1.1 | 400 | POST~/cut~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked__5; | 10000 | a | ''",
                "§7.1 | 400 | POST~/cut~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked__ | 10000 | 0 | ''",
                "§7.1.2 | 431 | POST~/cut~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked__0_ | 20000 | X:~y_ | ''",
                "§2.2 | 400 | '' | 100000 | _ | ''",
            })
    void anEndlessHeadIsRefusedBeforeItEnds(
            String section, int status, String start, int times, String more, String end) throws IOException {
        String octets = octets(start) + octets(more).repeat(times) + octets(end);

        assertRefused(Wire.exchange(stage, octets), status);
    }

    @Test
    void aHeadJustBelowTheLimitPasses() throws IOException {
        String head = "GET /a HTTP/1.1\r\nHost: v\r\nConnection: close\r\nX: " + "a".repeat(60_000) + "\r\n\r\n";

        assertThat(Wire.statuses(Wire.exchange(stage, head))).containsExactly(200);
    }

    /** RFC 9112 §9.6: closing at once would reset the connection, and with it the answer. */
    @Test
    void aClientThatGoesOnSendingStillGetsItsRefusal() throws IOException {
        String head = "POST /cut HTTP/1.1\r\nHost : v\r\nContent-Length: 8000000\r\n\r\n";

        assertRefused(Wire.exchange(stage, head + "x".repeat(8_000_000)), 400);
    }

    @ParameterizedTest(name = "{0}: {1} gives {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "§3 | GET~/a~HTTP/1.1_Host:~v_Connection:~close__ | 200",
                "§3.2.2 | GET~http://v/a~HTTP/1.1_Host:~v_Connection:~close__ | 200",
                "§2.2 | GET~/a~HTTP/1.1_Host:~v¬Connection:~close__ | 400",
                "§5.1 | GET~/a~HTTP/1.1_Host~:~v__ | 400",
                "§9.3 | GET~/a~HTTP/1.0__ | 200",
                "§6.2 | POST~/b~HTTP/1.1_Host:~v_Connection:~close_Content-Length:~5__hello | 200",
                "§7.1 | POST~/b~HTTP/1.1_Host:~v_Connection:~close_Transfer-Encoding:~chunked__5;x=y_hello_0_T:~u__ | 200",
                "§7.1 | POST~/cut~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked__5_hellox_0__ | 400",
                "§9.3.2 | GET~/a~HTTP/1.1_Host:~v__GET~/b~HTTP/1.1_Host:~v_Connection:~close__ | 200 200",
            })
    void itDoesNotMatterWhereAMessageIsSplit(String section, String message, String statuses) throws IOException {
        String octets = octets(message);
        for (int at = 1; at < octets.length(); at++) {
            try (Wire wire = new Wire(stage)) {
                String answers = wire.send(octets.substring(0, at))
                        .send(octets.substring(at))
                        .rest();
                assertThat(String.join(
                                " ",
                                Wire.statuses(answers).stream()
                                        .map(String::valueOf)
                                        .toList()))
                        .as("split after %s octets", at)
                        .isEqualTo(statuses);
            }
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws IOException {
        StringBuilder octets = new StringBuilder();
        IntStream.range(0, 30).forEach(i -> octets.append("GET /p").append(i).append(" HTTP/1.1\r\nHost: v\r\n\r\n"));
        String answers = Wire.exchange(stage, octets + NEXT);
        List<String> expected =
                IntStream.range(0, 30).mapToObj(i -> "</p" + i + ">").toList();

        assertThat(Wire.statuses(answers)).hasSize(31).containsOnly(200);
        assertThat(answers).containsSubsequence(expected.toArray(String[]::new)).endsWith("</next>");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "§8 | GET",
                "§8 | GET~/never~HTTP/1.1",
                "§8 | GET~/never~HTTP/1.1_",
                "§8 | GET~/never~HTTP/1.1_Host:~v",
                "§8 | GET~/never~HTTP/1.1_Host:~v_",
                "§8 | POST~/cut~HTTP/1.1_Host:~v_Content-Length:~5__",
                "§8 | POST~/cut~HTTP/1.1_Host:~v_Content-Length:~5__hell",
                "§8 | POST~/cut~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked__",
                "§8 | POST~/cut~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked__5_hel",
                "§8 | POST~/cut~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked__5_hello_",
                "§8 | POST~/cut~HTTP/1.1_Host:~v_Transfer-Encoding:~chunked__5_hello_0_",
            })
    void anIncompleteRequestIsNotCarriedOut(String section, String cut) throws IOException {
        try (Wire wire = new Wire(stage)) {
            String answers = wire.send(octets(cut)).finish().rest();

            assertThat(Wire.statuses(answers)).doesNotContain(200);
            assertThat(asked()).isEmpty();
        }
    }

    /** RFC 9112 §9.6 lets a client half-close; here it has left, as with other caches, and what it pipelined is not begun. */
    @Test
    void aClientThatEndsItsSideWhileItWaitsHasLeft() throws Exception {
        Gate gate = new Gate();
        gates.put("/waits", gate);
        try (Wire wire = new Wire(stage)) {
            wire.send("GET /waits HTTP/1.1\r\nHost: v\r\n\r\n" + NEVER);
            gate.awaitReached();
            assertThat(wire.finish().closes()).isTrue();
        }
        gate.open();
    }

    @Test
    void aRequestInsideTheContentOfAnotherIsContent() throws IOException {
        String head = "POST /a HTTP/1.1\r\nHost: v\r\nContent-Length: " + NEVER.length() + "\r\n\r\n";

        assertThat(Wire.statuses(Wire.exchange(stage, head + NEVER + NEXT))).containsExactly(200, 200);
        assertThat(asked()).containsExactly("/a", "/next");
        assertThat(origin.requests().getFirst().bodyText()).isEqualTo(NEVER);
    }

    @Test
    void requestsBeforeAMalformedOneAreAnsweredFirst() throws IOException {
        String answers = Wire.exchange(
                stage, "GET /a HTTP/1.1\r\nHost: v\r\n\r\nGET /never HTTP/1.1\r\nHost : v\r\n\r\n" + NEVER);

        assertThat(Wire.statuses(answers)).containsExactly(200, 400);
        assertThat(asked()).containsExactly("/a");
    }

    /** RFC 9112 §3.2.2: the authority names no upstream; the origin is asked in its own name and in origin form. */
    @ParameterizedTest
    @ValueSource(strings = {"http://other.example/a", "HTTPS://other.example:8443/a", "http://127.0.0.1:1/a"})
    void theAbsoluteFormChoosesNoUpstream(String target) throws IOException {
        Wire.exchange(stage, "GET " + target + " HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n");

        assertThat(asked()).containsExactly("/a");
        assertThat(origin.requests().getFirst().fields().all("Host")).containsExactly("127.0.0.1:" + origin.port());
    }

    /** RFC 9112 §3.2.4. */
    @Test
    void theVaultAnswersOptionsStarItself() throws IOException {
        String answers = Wire.exchange(stage, "OPTIONS * HTTP/1.1\r\nHost: v\r\n\r\n" + NEXT);

        assertThat(Wire.statuses(answers)).containsExactly(204, 200);
        assertThat(answers.substring(0, answers.indexOf("\r\n\r\n"))).doesNotContainIgnoringCase("content-length");
        assertThat(asked()).containsExactly("/next");
    }

    /** RFC 9112 §9.3. */
    @ParameterizedTest(name = "HTTP/{0} {1}")
    @CsvSource({
        "1.0, '', true",
        "1.0, Connection: close, true",
        "1.0, Connection: keep-alive, false",
        "1.1, '', false",
        "1.1, Connection: keep-alive, false",
        "1.1, Connection: close, true",
        "1.1, 'Connection: x, Close', true",
    })
    void theClientDecidesWhetherTheConnectionStays(String version, String field, boolean closes) throws IOException {
        String request =
                "GET /a HTTP/" + version + "\r\nHost: v\r\n" + (field.isEmpty() ? "" : field + "\r\n") + "\r\n";

        assertThat(Wire.statuses(Wire.exchange(stage, request + NEXT)))
                .containsExactly(closes ? new Integer[] {200} : new Integer[] {200, 200});
    }

    /** RFC 9112 §6.1: an old client would take the chunks for content. */
    @Test
    void anOldClientGetsNoChunks() throws IOException {
        String answer = Wire.exchange(stage, "GET /a HTTP/1.0\r\n\r\n");

        assertThat(answer).doesNotContainIgnoringCase("transfer-encoding").endsWith("\r\n\r\n</a>");
    }

    /** RFC 9110 §10.1.1. */
    @Test
    void aClientThatExpectsItIsToldToContinueAndOnlyThenSends() throws IOException {
        try (Wire wire = new Wire(stage)) {
            wire.send("POST /a HTTP/1.1\r\nHost: v\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
            assertThat(wire.until("\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            String answers = wire.send("hello" + NEXT).rest();

            assertThat(Wire.statuses(answers)).containsExactly(200, 200);
            assertThat(origin.requests().getFirst().bodyText()).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /a HTTP/1.0\r\nContent-Length: 5\r\n", "GET /a HTTP/1.1\r\nHost: v\r\n"})
    void an100ContinueGoesOnlyToHttp11ClientsWithContent(String head) throws IOException {
        boolean sends = head.startsWith("POST");
        String request = head + "Connection: close\r\nExpect: 100-continue\r\n\r\n" + (sends ? "hello" : "");

        assertThat(Wire.statuses(Wire.exchange(stage, request))).containsExactly(200);
    }

    @Test
    void aMalformedRequestIsNotToldToContinue() throws IOException {
        assertRefused(
                Wire.exchange(
                        stage, "POST /cut HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello" + NEVER),
                400);
    }

    /** RFC 9112 §6.3: an answer to HEAD ends with its head. */
    @Test
    void anAnswerToHeadEndsWithItsHead() throws IOException {
        String answers = Wire.exchange(stage, "HEAD /a HTTP/1.1\r\nHost: v\r\n\r\n" + NEXT);

        assertThat(Wire.statuses(answers)).containsExactly(200, 200);
        assertThat(answers).doesNotContain("</a>");
    }
}
