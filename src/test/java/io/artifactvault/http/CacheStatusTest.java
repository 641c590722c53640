package io.artifactvault.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.CacheStatus.Word;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** RFC 9211 §2 and RFC 9651 §3.3. */
class CacheStatusTest {
    private static final CacheStatus MISS = CacheStatus.forwarded(Forward.URI_MISS);

    @Test
    void aHitSaysSoWithItsRemainingFreshness() {
        assertThat(CacheStatus.ofHit().toField()).isEqualTo("artifact-vault; hit");
        assertThat(CacheStatus.ofHit().withTtl(52).toField()).isEqualTo("artifact-vault; hit; ttl=52");
        assertThat(CacheStatus.ofHit().withTtl(-3).toField()).isEqualTo("artifact-vault; hit; ttl=-3");
    }

    @Test
    void aMissSaysWhyItWasForwardedAndWhatCameOfIt() {
        assertThat(MISS.withForwardStatus(200)
                        .asStored()
                        .asCollapsed()
                        .withDetail("a b")
                        .toField())
                .isEqualTo("artifact-vault; fwd=uri-miss; fwd-status=200; stored; collapsed; detail=\"a b\"");
        assertThat(MISS.withTtl(10).withForwardStatus(304).toField())
                .isEqualTo("artifact-vault; fwd=uri-miss; fwd-status=304; ttl=10");
    }

    @ParameterizedTest
    @CsvSource({
        "BYPASS, bypass",
        "METHOD, method",
        "URI_MISS, uri-miss",
        "VARY_MISS, vary-miss",
        "MISS, miss",
        "REQUEST, request",
        "STALE, stale",
        "PARTIAL, partial"
    })
    void everyReasonHasItsToken(Forward why, String token) {
        assertThat(CacheStatus.forwarded(why).toField()).isEqualTo("artifact-vault; fwd=" + token);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "joined | joined",
                "known-content | known-content",
                "*x | *x",
                "a:b/c | a:b/c",
                "sha256:ab | sha256:ab",
                "1x | \"1x\"",
                "-x | \"-x\"",
                "`` | \"\"",
                "a b | \"a b\"",
                "a;b | \"a;b\"",
                "a,b | \"a,b\"",
                "a\"b | \"a\\\"b\"",
                "a\\b | \"a\\\\b\"",
                "a\\\"b | \"a\\\\\\\"b\"",
                "caf\u00e9 | \"caf?\"",
                "日本 | \"??\"",
                "x=1 | \"x=1\"",
            })
    void aDetailIsATokenWhereItCanBe(String detail, String written) {
        assertThat(MISS.withDetail(detail).toField()).endsWith("; detail=" + written);
    }

    @Test
    void aDetailCannotBreakTheLine() {
        assertThat(MISS.withDetail("a\r\nX: y\0\u007f").toField()).endsWith("; detail=\"a??X: y??\"");
    }

    @ParameterizedTest
    @CsvSource({
        "999999999999999, 999999999999999",
        "1000000000000000, 999999999999999",
        "9223372036854775807, 999999999999999",
        "-9223372036854775808, -999999999999999",
        "0, 0"
    })
    void aNumberHasAtMostFifteenDigits(long seconds, String written) {
        assertThat(CacheStatus.ofHit().withTtl(seconds).toField()).endsWith("; ttl=" + written);
    }

    @Test
    void aHitIsFreshOrStale() {
        assertThat(CacheStatus.ofHit().word()).isEqualTo("HIT");
        assertThat(CacheStatus.ofHit().withTtl(0).word()).isEqualTo("HIT");
        assertThat(CacheStatus.ofHit().withTtl(1).word()).isEqualTo("HIT");
        assertThat(CacheStatus.ofHit().withTtl(-1).word()).isEqualTo("STALE");
    }

    @ParameterizedTest
    @CsvSource({
        "BYPASS, PASS",
        "METHOD, PASS",
        "URI_MISS, MISS",
        "VARY_MISS, MISS",
        "MISS, MISS",
        "REQUEST, MISS",
        "STALE, MISS",
        "PARTIAL, MISS"
    })
    void aForwardedRequestIsAMissOrAPass(Forward why, String word) {
        assertThat(CacheStatus.forwarded(why).word()).isEqualTo(word);
        assertThat(CacheStatus.forwarded(why).withForwardStatus(200).word()).isEqualTo(word);
    }

    @Test
    void aStaleAnswerThatUpstreamConfirmedIsRevalidated() {
        CacheStatus stale = CacheStatus.forwarded(Forward.STALE);

        assertThat(stale.withForwardStatus(304).word()).isEqualTo("REVALIDATED");
        assertThat(stale.withDetail(CacheStatus.REVALIDATED).word()).isEqualTo("REVALIDATED");
        assertThat(stale.withForwardStatus(500).word()).isEqualTo("MISS");
        assertThat(MISS.withForwardStatus(304).word()).isEqualTo("MISS");
    }

    @ParameterizedTest
    @EnumSource(Forward.class)
    void aHitIsNeverForwarded(Forward why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CacheStatus(
                        true,
                        Optional.of(why),
                        OptionalInt.empty(),
                        OptionalLong.empty(),
                        false,
                        false,
                        Optional.empty()));
    }

    @Test
    void aResponseOfAnotherFetchIsJoinedUnlessItOnlyConfirms() {
        assertThat(MISS.asCollapsed().word()).isEqualTo("JOINED");
        assertThat(CacheStatus.forwarded(Forward.STALE)
                        .withForwardStatus(304)
                        .asCollapsed()
                        .word())
                .isEqualTo("REVALIDATED");
        assertThat(CacheStatus.forwarded(Forward.METHOD).asCollapsed().word()).isEqualTo("PASS");
    }

    @ParameterizedTest
    @EnumSource(
            value = Forward.class,
            names = {"MISS", "PARTIAL"})
    void aResponseFromAFillIsNeitherAHitNorRevalidated(Forward why) {
        CacheStatus hit = CacheStatus.ofHit().withTtl(5);
        assertThat(hit.fromFill(why, false).word()).isEqualTo("MISS");
        assertThat(hit.fromFill(why, true).toField())
                .isEqualTo("artifact-vault; fwd=" + why.token() + "; ttl=5; collapsed");
        assertThat(hit.withTtl(-1).fromFill(why, true).word()).isEqualTo("JOINED");
        CacheStatus stale = CacheStatus.forwarded(Forward.STALE);
        assertThat(stale.withForwardStatus(304).fromFill(why, false).word()).isEqualTo("MISS");
        assertThat(stale.withDetail(CacheStatus.REVALIDATED)
                        .fromFill(why, false)
                        .toField())
                .isEqualTo("artifact-vault; fwd=" + why.token());
        assertThat(MISS.fromFill(why, true)).isEqualTo(MISS);
    }

    @Test
    void theDocumentationHasOneTableOfAllWords() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("docs/api.md"));
        List<String> words = lines.stream()
                .dropWhile(line -> !line.startsWith("| X-Cache |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("| `"))
                .map(line -> line.substring(3, line.indexOf('`', 3)))
                .toList();

        assertThat(words)
                .containsExactlyElementsOf(
                        Stream.of(Word.values()).map(Word::name).toList());
        for (Forward why : Forward.values()) {
            assertThat(lines).anyMatch(line -> line.startsWith("| `") && line.contains("`fwd=" + why.token() + "`"));
        }
    }
}
