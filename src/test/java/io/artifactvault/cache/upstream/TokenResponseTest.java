package io.artifactvault.cache.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.cache.request.TokenSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenResponseTest {
    private static final Instant SENT = Instant.parse("2026-01-01T00:00:00Z");

    private final TokenLimit.Counts limits = new TokenLimit.Counts();

    private Token read(String json) throws IOException {
        TokenSettings settings = new TokenSettings(
                2,
                Duration.ofSeconds(60),
                Duration.ofSeconds(600),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                1 << 16,
                10);
        return new TokenResponse(settings, limits).read(json.getBytes(StandardCharsets.UTF_8), SENT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"token\":\"a\"} | 55",
                "{\"token\":\"a\",\"expires_in\":300} | 295",
                "{\"token\":\"a\",\"expires_in\":300.9} | 295",
                "{\"token\":\"a\",\"expires_in\":600} | 595",
                "{\"token\":\"a\",\"expires_in\":0} | -5",
                "{\"token\":\"a\",\"expires_in\":-9} | 55",
                "{\"token\":\"a\",\"expires_in\":-1e400} | 55",
                "{\"token\":\"a\",\"expires_in\":0.5} | 55",
                "{\"token\":\"a\",\"expires_in\":true} | 55",
                "{\"token\":\"a\",\"expires_in\":[300]} | 55",
                "{\"token\":\"a\",\"expires_in\":null} | 55",
                "{\"token\":\"a\",\"expires_in\":\"soon\"} | 55",
            })
    void aTokenLivesAsLongAsItsServiceSaysLessAMargin(String json, long seconds) throws IOException {
        assertThat(read(json).endsAt()).isEqualTo(SENT.plusSeconds(seconds));
        assertThat(limits.of(TokenLimit.LIFETIME)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"86400", "9223372036854775807", "9223372036854775808", "1e30", "1e400"})
    void noTokenLivesLongerThanTheLimit(String seconds) throws IOException {
        assertThat(read("{\"token\":\"a\",\"expires_in\":" + seconds + "}").endsAt())
                .isEqualTo(SENT.plusSeconds(595));
        assertThat(limits.of(TokenLimit.LIFETIME)).isEqualTo(1);
    }

    @Test
    void aLifetimeOfAnyNumberOfDigitsIsRead() throws IOException {
        noTokenLivesLongerThanTheLimit("9".repeat(2_000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"access_token\":\"b\"} | Bearer b",
                "{\"access_token\":\"b\",\"token\":\"a\"} | Bearer a",
                "{\"token\":\"a\",\"access_token\":\"b\"} | Bearer a",
                "{\"access_token\":\"b\",\"token\":\"\"} | Bearer b",
                "{\"token\":\"\",\"access_token\":\"b\"} | Bearer b",
                "{\"access_token\":\"b\",\"token\":null} | Bearer b",
                "{\"token\":null,\"access_token\":\"b\"} | Bearer b",
                "{\"token\":false,\"access_token\":\"b\"} | Bearer b",
                "{\"access_token\":\"b\",\"token\":12345} | Bearer b",
                "{\"access_token\":\"b\",\"token\":{\"token\":\"c\"}} | Bearer b",
                "{\"more\":{\"token\":\"c\"},\"token\":\"a\",\"list\":[1]} | Bearer a",
            })
    void theTokenHasOneOfTwoNames(String json, String credential) throws IOException {
        assertThat(read(json).credential().reveal()).isEqualTo(credential);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"token\":\"\"}",
                "{\"access_token\":\"\",\"token\":\"\"}",
                "{\"access_token\":false}",
                "{\"token\":1}",
                "{\"token\":null}",
                "{\"token\":true}",
                "{\"token\":[\"a\"]}",
                "{\"token\":\"a b\"}",
                "{\"token\":\"a\\r\\nX: b\"}",
                "{\"token\":\"é\"}",
                "{\"token\":\"a\"",
            })
    void anythingElseIsNoToken(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(IOException.class);
        assertThat(limits.of(TokenLimit.SIZE)).isZero();
    }

    @Test
    void aTokenThatIsTooLongIsCounted() {
        assertThatThrownBy(() -> read("{\"token\":\"12345678901\"}")).isInstanceOf(IOException.class);
        assertThat(limits.of(TokenLimit.SIZE)).isEqualTo(1);
    }
}
