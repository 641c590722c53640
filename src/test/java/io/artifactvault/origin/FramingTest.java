package io.artifactvault.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.http.Fields;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How an answer's end is found, and what is refused as no answer at all. */
class FramingTest {
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    /** Sends the bytes, then closes. */
    private static RawOrigin once(String answer) throws Exception {
        return RawOrigin.open(peer -> {
            peer.readHead();
            peer.send(answer);
        });
    }

    private static String unescape(String text) {
        return text.replace("_", "\r\n").replace("~", " ");
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "HTTP/1.1~200~OK_Content-Length:~5__hello|hello|5",
                "HTTP/1.1~200~OK_Content-Length:~0__||0",
                "HTTP/1.1~200~_Content-Length:~5__hello|hello|5",
                "HTTP/1.0~200~OK_Content-Length:~5__hello|hello|5",
                "HTTP/1.1~200~OK__hello|hello|-1",
                "HTTP/1.1~200~OK_Connection:~close__|| -1",
                "HTTP/1.1~200~OK_Transfer-Encoding:~chunked__5_hello_0__|hello|-1",
                "HTTP/1.1~200~OK_Transfer-Encoding:~chunked__2_he_3_llo_0__|hello|-1",
                "HTTP/1.1~200~OK_Transfer-Encoding:~chunked__5;a=b_hello_0_X-Sum:~1__|hello|-1",
                "HTTP/1.1~200~OK_Transfer-Encoding:~chunked__0__||-1",
                "HTTP/1.1~200~OK_Transfer-Encoding:~Chunked__5_hello_0__|hello|-1",
                "HTTP/1.1~100~Continue__HTTP/1.1~200~OK_Content-Length:~5__hello|hello|5",
                "HTTP/1.1~103~Early~Hints_Link:~x__HTTP/1.1~200~OK_Content-Length:~5__hello|hello|5",
                "HTTP/1.1~204~No~Content__||-1",
                "HTTP/1.1~304~Not~Modified_Content-Length:~99__||-1",
            },
            delimiter = '|')
    void theEndIsFound(String answer, String body, long length) throws Exception {
        try (RawOrigin raw = once(unescape(answer));
                Rig rig = Rig.open();
                OriginResponse response = rig.get(raw.uri("/"))) {
            assertThat(response.contentLength()).isEqualTo(length < 0 ? OptionalLong.empty() : OptionalLong.of(length));
            assertThat(Rig.body(response)).isEqualTo(body == null ? "" : body);
            assertThat(response.next(chunk -> {})).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "HTTP/1.1~200~OK_Content-Length:~-5__hello",
                "HTTP/1.1~200~OK_Content-Length:~+5__hello",
                "HTTP/1.1~200~OK_Content-Length:~0x5__hello",
                "HTTP/1.1~200~OK_Content-Length:~5,~5__hello",
                "HTTP/1.1~200~OK_Content-Length:~5_Content-Length:~6__hello!",
                "HTTP/1.1~200~OK_Content-Length:~99999999999999999999__hello",
                "HTTP/1.1~200~OK_Transfer-Encoding:~gzip,~chunked__0__",
                "HTTP/1.1~200~OK_Transfer-Encoding:~gzip_Content-Length:~5__hello",
                "HTTP/1.1~OK__",
                "SSH-2.0-OpenSSH_9.6__",
                "HTTP/1.1~200~OK_Transfer-Encoding:~chunked_Content-Length:~3__5_hello_0__",
                "HTTP/1.1~200~OK_nonsense_Content-Length:~0__",
                "HTTP/1.1~101~Switching~Protocols_Upgrade:~websocket_Connection:~upgrade__",
            },
            delimiter = '|')
    void aBadHeadIsABadMessage(String answer) throws Exception {
        try (RawOrigin raw = once(unescape(answer));
                Rig rig = Rig.open()) {
            OriginException failure = catchThrowableOfType(OriginException.class, () -> rig.get(raw.uri("/")));
            assertThat(failure.failure()).isEqualTo(OriginFailure.BAD_MESSAGE);
        }
    }

    @ParameterizedTest
    @CsvSource(
            value = {"zz_hello_0__|BAD_MESSAGE", "5_hel|BODY_CUT", "5_hello_|BODY_CUT", "5_hello_0_|BODY_CUT"},
            delimiter = '|')
    void aBadChunkEndsTheBody(String chunks, OriginFailure expected) throws Exception {
        try (RawOrigin raw = once(CHUNKED + unescape(chunks));
                Rig rig = Rig.open();
                OriginResponse response = rig.get(raw.uri("/"))) {
            OriginException failure = catchThrowableOfType(OriginException.class, () -> Rig.body(response));
            assertThat(failure.failure()).isEqualTo(expected);
        }
    }

    @Test
    void aHeadBeyondTheLimitIsABadMessage() throws Exception {
        String answer = "HTTP/1.1 200 OK\r\nX-Long: " + "a".repeat(70_000) + "\r\nContent-Length: 0\r\n\r\n";
        try (RawOrigin raw = once(answer);
                Rig rig = Rig.open()) {
            OriginException failure = catchThrowableOfType(OriginException.class, () -> rig.get(raw.uri("/")));
            assertThat(failure.failure()).isEqualTo(OriginFailure.BAD_MESSAGE);
        }
    }

    @Test
    void aHeadOfSixtyThousandBytesPasses() throws Exception {
        String value = "a".repeat(60_000);
        try (RawOrigin raw = once("HTTP/1.1 200 OK\r\nX-Long: " + value + "\r\nContent-Length: 0\r\n\r\n");
                Rig rig = Rig.open();
                OriginResponse response = rig.get(raw.uri("/"))) {
            assertThat(response.fields().first("X-Long")).contains(value);
        }
    }

    @Test
    void endlessInterimAnswersAreABadMessage() throws Exception {
        try (RawOrigin raw = once("HTTP/1.1 100 Continue\r\n\r\n".repeat(100));
                Rig rig = Rig.open()) {
            OriginException failure = catchThrowableOfType(OriginException.class, () -> rig.get(raw.uri("/")));
            assertThat(failure.failure()).isEqualTo(OriginFailure.BAD_MESSAGE);
        }
    }

    @Test
    void anAnswerToHeadHasNoBodyButKeepsItsLengthField() throws Exception {
        try (RawOrigin raw = RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
                Rig rig = Rig.open()) {
            for (int i = 0; i < 3; i++) {
                try (OriginResponse response = rig.send("HEAD", raw.uri("/"))) {
                    assertThat(response.fields().first("content-length")).contains("1000");
                    assertThat(response.contentLength()).isEmpty();
                    assertThat(Rig.body(response)).isEmpty();
                }
            }
            assertThat(raw.connections()).isEqualTo(1);
        }
    }

    @Test
    void fieldsKeepTheirOrderSpellingAndOctets() throws Exception {
        String answer = "HTTP/1.1 200 OK\r\nX-b: 1\r\nx-A: \u00c3\u00a9 \r\nX-B: 2\r\nContent-Length: 0\r\n\r\n";
        try (RawOrigin raw = once(answer);
                Rig rig = Rig.open();
                OriginResponse response = rig.get(raw.uri("/"))) {
            assertThat(response.fields())
                    .isEqualTo(Fields.of("X-b", "1", "x-A", "\u00c3\u00a9", "X-B", "2", "Content-Length", "0"));
        }
    }

    @Test
    void aBodyInManySmallPiecesArrivesWhole() throws Exception {
        StringBuilder chunks = new StringBuilder(CHUNKED);
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            chunks.append("4\r\n").append(1000 + i % 9000).append("\r\n");
            expected.append(1000 + i % 9000);
        }
        try (RawOrigin raw = once(chunks + "0\r\n\r\n");
                Rig rig = Rig.open()) {
            assertThat(rig.text(raw.uri("/"))).isEqualTo(expected.toString());
        }
    }
}
