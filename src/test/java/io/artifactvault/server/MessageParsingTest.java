package io.artifactvault.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Octets of clients against RFC 9112, section by section, through the real pipeline. In the tables, an underscore is CR LF, a
 * tilde a space, {@code ¬} a bare LF, {@code ¢} a bare CR, {@code ¦} a tab and {@code §} a NUL.
 */
@Timeout(60)
class MessageParsingTest {
    private static final String SECOND = "GET /second HTTP/1.1\r\nHost: v\r\n\r\n";

    private final Connection client = new Connection();

    @AfterEach
    void nothingIsLeftOver() {
        client.close();
        assertThat(client.isClean()).as("every buffer was released").isTrue();
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
        return client.asked.stream().map(request -> request.target().path()).toList();
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
                "§3.2.4 | OPTIONS~*~HTTP/1.1_Host:~v__",
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
    void aMalformedHeadGets400AndTheConnectionCloses(String section, String head) {
        client.octets(octets(head.strip()) + SECOND);

        assertThat(client.received()).startsWith("HTTP/1.1 400 ").containsIgnoringCase("connection: close");
        assertThat(client.isOpen()).isFalse();
        assertThat(asked()).isEmpty();
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
    void aMalformedChunkGets400AndTheConnectionCloses(String section, String chunks) {
        client.octets("POST /a HTTP/1.1\r\nHost: v\r\nTransfer-Encoding: chunked\r\n\r\n" + octets(chunks) + SECOND);

        assertThat(client.received()).startsWith("HTTP/1.1 400 ").containsIgnoringCase("connection: close");
        assertThat(client.isOpen()).isFalse();
        assertThat(asked()).containsExactly("/a");
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
    void aWellFormedRequestIsOneAndTheNextFollowsIt(String section, String request) {
        String octets = octets(request);
        for (int at = 0; at < octets.length(); at += 7) {
            client.octets(octets.substring(at, Math.min(at + 7, octets.length())));
        }
        client.octets(SECOND);
        client.answer(0, "one");
        client.answer(1, "two");

        assertThat(asked()).containsExactly("/a", "/second");
        assertThat(client.received()).containsSubsequence("one", "two");
        assertThat(client.isOpen()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RFC 9110 §15.6.6 | 505 | GET~/a~HTTP/2.0_Host:~v__",
                "RFC 9110 §15.6.6 | 505 | PRI~*~HTTP/2.0__SM__",
                "RFC 9110 §15.6.6 | 505 | GET~/a~HTTP/0.9__",
                "§6.1 | 501 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~gzip,~chunked__0__",
                "§6.1 | 501 | POST~/a~HTTP/1.1_Host:~v_Transfer-Encoding:~x,y~,~Chunked__0__",
            })
    void whatIsNotUnderstoodIsRefusedByItsName(String section, String status, String request) {
        client.octets(octets(request) + SECOND);

        assertThat(client.received()).startsWith("HTTP/1.1 " + status + " ").containsIgnoringCase("connection: close");
        assertThat(client.isOpen()).isFalse();
        assertThat(asked()).isEmpty();
    }

    @Test
    void aRequestInsideTheContentOfAnotherIsContent() {
        String smuggled = "GET /evil HTTP/1.1\r\nHost: v\r\n\r\n";
        client.octets("POST /a HTTP/1.1\r\nHost: v\r\nContent-Length: " + smuggled.length() + "\r\n\r\n" + smuggled);
        client.answer(0, "one");

        assertThat(asked()).containsExactly("/a");
    }

    @Test
    void whatFollowsAFaultIsNeverCarriedOutHoweverItArrives() {
        client.octets("POST /a HTTP/1.1\r\nHost: v\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello");
        client.octets("x\r\n0\r\n\r\n" + SECOND);

        assertThat(asked()).containsExactly("/a");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void requestsBeforeAMalformedOneAreAnsweredFirst() {
        client.octets("GET /a HTTP/1.1\r\nHost: v\r\n\r\nGET /b HTTP/1.1\r\nHost : v\r\n\r\n");
        client.answer(0, "one");

        assertThat(client.received()).containsSubsequence("HTTP/1.1 200", "one", "HTTP/1.1 400");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void anEndlessChunkLineOrTrailerIsRefused() {
        String head = "POST /a HTTP/1.1\r\nHost: v\r\nTransfer-Encoding: chunked\r\n\r\n";
        client.octets(head + "5;" + "a".repeat(10_000));
        assertThat(client.received()).startsWith("HTTP/1.1 400 ");
        try (Connection other = new Connection()) {
            other.octets(head + "0\r\n");
            for (int i = 0; i < 40 && other.isOpen(); i++) {
                other.octets("X: " + "a".repeat(1_000) + "\r\n");
            }
            assertThat(other.received()).startsWith("HTTP/1.1 431 ");
            assertThat(other.isOpen()).isFalse();
        }
    }

    @Test
    void expectContinueIsAnsweredBeforeTheContent() {
        client.octets("POST /a HTTP/1.1\r\nHost: v\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        assertThat(client.received()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        client.octets("hello");
        client.answer(0, "done");

        assertThat(client.received()).startsWith("HTTP/1.1 200 ").endsWith("done");
    }

    @Test
    void anOldClientIsNotTold100() {
        client.octets("POST /a HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello");

        assertThat(client.received()).isEmpty();
        assertThat(asked()).containsExactly("/a");
    }
}
