package io.artifactvault.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.http.conditional.MultipartRanges;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110 §7.6.3, and the shape of §14.6. */
class ViaTest {
    @Test
    void theProxyStandsLast() {
        assertThat(Via.passed(Fields.EMPTY).all("Via")).containsExactly("1.1 artifact-vault");
        assertThat(Via.passed(Fields.of("Via", "1.0 a", "Via", "2 b")).all("Via"))
                .containsExactly("1.0 a, 2 b, 1.1 artifact-vault");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.1 artifact-vault | 1",
                "HTTP/1.1 artifact-vault | 1",
                "1.0 artifact-vault (comment) | 1",
                "1.1 a, 1.1 artifact-vault, 1.1 artifact-vault | 2",
                "1.1 artifact-vaults | 0",
                "1.1 x | 0",
            })
    void itsOwnPassesAreCounted(String via, long passes) {
        assertThat(Via.passes(Fields.of("Via", via))).isEqualTo(passes);
    }

    @Test
    void severalRangesAreFramedAsOneBody() {
        MultipartRanges body =
                MultipartRanges.of("XX", List.of(new ByteRange(0, 1), new ByteRange(5, 5)), "text/plain", 10);
        StringBuilder text = new StringBuilder();
        body.parts()
                .forEach(part -> text.append(new String(part.head(), StandardCharsets.US_ASCII))
                        .append("#".repeat((int) part.range().length())));
        text.append(new String(body.end(), StandardCharsets.US_ASCII));

        assertThat(text.toString())
                .isEqualTo("--XX\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/10\r\n\r\n##"
                        + "\r\n--XX\r\nContent-Type: text/plain\r\nContent-Range: bytes 5-5/10\r\n\r\n#\r\n--XX--\r\n");
        assertThat(body.length()).isEqualTo(text.length());
        assertThat(body.contentType()).isEqualTo("multipart/byteranges; boundary=XX");
    }
}
