package io.artifactvault.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.HttpDate;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseHeadTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            GET,  HTTP/1.1, 200, 5,  true,  '',      ''
            GET,  HTTP/1.1, 200, '', true,  chunked, ''
            GET,  HTTP/1.1, 200, 5,  false, '',      close
            GET,  HTTP/1.1, 200, '', false, chunked, close
            HEAD, HTTP/1.1, 200, '', true,  '',      ''
            HEAD, HTTP/1.1, 200, 5,  true,  '',      ''
            GET,  HTTP/1.1, 204, '', true,  '',      ''
            GET,  HTTP/1.1, 304, '', true,  '',      ''
            GET,  HTTP/1.1, 404, '', true,  chunked, ''
            GET,  HTTP/1.0, 200, 5,  true,  '',      keep-alive
            GET,  HTTP/1.0, 200, 5,  false, '',      close
            GET,  HTTP/1.0, 200, '', true,  '',      close
            GET,  HTTP/1.0, 304, '', true,  '',      keep-alive
            """)
    void anAnswerIsFramedSoThatItsEndIsSeen(
            String method, String version, int status, String length, boolean keepAlive, String encoding, String then) {
        Fields fields = length.isEmpty() ? Fields.EMPTY : Fields.of("Content-Length", length);
        HttpResponse response = ResponseHead.of(
                new Answer(status, fields, new Body.None(), CacheStatus.local()),
                request(method, version),
                "id",
                keepAlive);

        assertThat(String.join(",", response.headers().getAll("Transfer-Encoding")))
                .isEqualTo(encoding);
        assertThat(String.join(",", response.headers().getAll("Connection"))).isEqualTo(then);
        assertThat(response.status().code()).isEqualTo(status);
    }

    @Test
    void everyAnswerSaysWhenAndHowItCameAbout() {
        Fields fields = Fields.of("X-Request-Id", "theirs", "X-A", "1", "X-A", "2");
        HttpResponse response = ResponseHead.of(
                new Answer(200, fields, new Body.None(), CacheStatus.ofHit().withTtl(5)),
                request("GET", "HTTP/1.1"),
                "ours",
                true);

        assertThat(response.headers().getAll("X-Request-Id")).containsExactly("ours");
        assertThat(response.headers().getAll("Cache-Status")).containsExactly("artifact-vault; hit; ttl=5");
        assertThat(response.headers().getAll("X-Cache")).containsExactly("HIT");
        assertThat(response.headers().getAll("X-A")).containsExactly("1", "2");
        assertThat(response.headers().getAll("Date")).hasSize(1);
        assertThat(HttpDate.parse(response.headers().get("Date"))).isPresent();
    }

    /** RFC 9110 §6.6.1 and RFC 9211 §2. */
    @Test
    void anAnswerThatWasMadeBeforeKeepsItsDateAndTheWordOfOtherCaches() {
        String then = "Sun, 06 Nov 1994 08:49:37 GMT";
        HttpResponse response = ResponseHead.of(
                new Answer(
                        200,
                        Fields.of("Date", then, "Cache-Status", "other; hit"),
                        new Body.None(),
                        CacheStatus.ofHit()),
                request("GET", "HTTP/1.1"),
                "ours",
                true);

        assertThat(response.headers().getAll("Date")).containsExactly(then);
        assertThat(response.headers().getAll("Cache-Status")).containsExactly("other; hit", "artifact-vault; hit");
    }

    private static HttpRequest request(String method, String version) {
        return new DefaultHttpRequest(HttpVersion.valueOf(version), HttpMethod.valueOf(method), "/");
    }
}
