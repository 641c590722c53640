package io.artifactvault.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 3986 §2, §3.3, §3.4, §6.2.2 and RFC 9112 §3.2.1. */
class TargetTest {
    private static final int RANDOM_TARGETS = 20_000;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "//",
                "//a//b//",
                "/openai/gpt-x/resolve/main/config.json",
                "/openai/gpt-x/resolve/refs%2Fpr%2F1/config.json",
                "/a%20b",
                "/a+b",
                "/a%2Bb",
                "/!$&'()*+,;=:@-._~",
                "/...",
                "/a./b",
                "/.a/..b/c..",
                "/.git%2Fx",
                "/a%5Cb",
                "/%252e%252e/x",
                "/%252F",
                "/%25",
                "/a;x=1/b",
                "/caf%C3%A9",
                "/%FF",
                "/?",
                "/??",
                "/a?b=c&d=e",
                "/a?b=/c/../d?e",
                "/a?b=..",
                "/a?/../",
                "/a?b=%2F%3F",
                "/a?b=1+2",
                "/a?b=1%2B2",
                "/a?X-Amz-Signature=0f&X-Amz-Date=20260101T000000Z",
                "/a?&&=&",
            })
    void aCanonicalTargetStaysAsItIs(String raw) throws BadTargetException {
        assertThat(Target.parse(raw)).hasToString(raw);
    }

    @ParameterizedTest
    @CsvSource({
        "/%7Euser, /~user",
        "/%7euser, /~user",
        "/%41%5a%61%7A%30%39%2D%2e5%5F, /AZaz09-.5_",
        "/refs%2fpr%2f1, /refs%2Fpr%2F1",
        "/a%c3%a9, /a%C3%A9",
        "/a%3ab, /a%3Ab",
        "/a%2bb, /a%2Bb",
        "/a%5cb, /a%5Cb",
        "/%2525, /%2525",
        "/[x], /%5Bx%5D",
        "/{x}, /%7Bx%7D",
        "/a|b, /a%7Cb",
        "/a^b, /a%5Eb",
        "/a`b, /a%60b",
        "/a<b>, /a%3Cb%3E",
        "/a\"b, /a%22b",
        "/a?b[]=c, /a?b%5B%5D=c",
        "/a?b=%7e, /a?b=~",
        "/a?b=%2fc, /a?b=%2Fc",
        "/a?b=%3d, /a?b=%3D",
        "/a?b=\"c\", /a?b=%22c%22",
        "/a?b=%2E%2e, /a?b=..",
        "/%2Ea, /.a",
        "/a%2E%2E, /a..",
        "/%2E%2E%2E, /...",
    })
    void onlyTheSpellingIsMadeCanonical(String raw, String canonical) throws BadTargetException {
        assertThat(Target.parse(raw)).hasToString(canonical);
    }

    @Test
    void rawOctetsAreEncodedOneByOne() throws BadTargetException {
        String wire = new String("/é/日?ü".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

        assertThat(Target.parse(wire)).hasToString("/%C3%A9/%E6%97%A5?%C3%BC");
        assertThat(Target.parse("/\u0080\u00ff")).hasToString("/%80%FF");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/.",
                "/..",
                "/./",
                "/../",
                "/a/.",
                "/a/..",
                "/a/./b",
                "/a/../b",
                "/%2e",
                "/%2E",
                "/%2e%2e",
                "/%2E%2e/a",
                "/.%2e",
                "/%2E.",
                "/a/%2e/b",
                "/a/%2E%2E?x",
                "/a//..//b",
                "/..%2Fa",
                "/a%2F..",
                "/a%2f%2e%2E%2fb",
                "/a%2F.%2Fb",
                "/..%5Cb",
                "/a%5c..%5cb",
            })
    void aDotSegmentIsRefused(String raw) {
        assertThatThrownBy(() -> Target.parse(raw))
                .isInstanceOf(BadTargetException.class)
                .hasMessageContaining("dot segment");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%",
                "/%2",
                "/a%",
                "/a%zz",
                "/a%2g",
                "/a%g2",
                "/a% 2",
                "/a%%41",
                "/a%-1",
                "/a%+1",
                "/a%u0041",
                "/a%\u0664\u0661",
                "/a?b=%",
                "/a?b=%4",
                "/a?%4x",
                "/a%?b",
            })
    void aMalformedPercentEncodingIsRefused(String raw) {
        assertThatThrownBy(() -> Target.parse(raw))
                .isInstanceOf(BadTargetException.class)
                .hasMessageContaining("percent");
    }

    @ParameterizedTest
    @CsvSource({"/a?b=%0a, /a?b=%0A", "/a?%09=%0D%0a%7f, /a?%09=%0D%0A%7F", "/a?%00%41, /a?%00A"})
    void anEncodedControlCharacterIsLegalInAQueryAndStaysEncoded(String raw, String canonical)
            throws BadTargetException {
        Target target = Target.parse(raw);
        assertThat(target).hasToString(canonical);
        assertThat(target.sent()).isEqualTo(raw);
        assertThat(Target.parse(canonical)).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%00",
                "/a%00.json",
                "/a%0a",
                "/a%0D%0AX:y",
                "/a%1F",
                "/a%7f",
                "/\u0000",
                "/a\tb",
                "/a\r\nb",
                "/a\u007f",
                "/a?b\n",
                "/a?b\t",
                "/a?b\u007f",
                "/a?%0a\r",
            })
    void aControlCharacterIsRefusedRawAndInAPathEncodedToo(String raw) {
        assertThatThrownBy(() -> Target.parse(raw))
                .isInstanceOf(BadTargetException.class)
                .hasMessageContaining("control character");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "*",
                "?",
                "?a",
                "http://a/b",
                "a:443",
                "%2Fa",
                "\\a",
                " /a",
                "/a b",
                "/a ",
                "/a?b c",
                "/a\\b",
                "/a?b\\c",
                "/a#b",
                "/a?b#c",
                "/#",
                "/\u0100",
                "/日",
                "/a?\uD83D\uDE00",
            })
    void whatIsNoOriginFormIsRefused(String raw) {
        assertThatThrownBy(() -> Target.parse(raw)).isInstanceOf(BadTargetException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/secret/../x", "/secret%", "/secret\n", "secret", "/secret#", "/secret x"})
    void aRefusalDoesNotRepeatTheTarget(String raw) {
        assertThatThrownBy(() -> Target.parse(raw))
                .isInstanceOf(BadTargetException.class)
                .message()
                .doesNotContain("secret");
    }

    @Test
    void theLongestTargetHas16384CharactersBeforeAndAfter() throws BadTargetException {
        String longest = "/" + "a".repeat(16_383);

        assertThat(Target.parse(longest)).hasToString(longest);
        assertThatThrownBy(() -> Target.parse(longest + "a")).hasMessageContaining("16384");
        assertThatThrownBy(() -> Target.parse("/" + "[".repeat(6_000))).hasMessageContaining("16384");
        assertThat(Target.parse("/" + "%41".repeat(5_461)).path()).hasSize(5_462);
    }

    @Test
    void parsingTwiceIsParsingOnce() {
        Random random = new Random(20_260_101);
        int parsed = 0;
        for (int i = 0; i < RANDOM_TARGETS; i++) {
            Optional<Target> once = tryParse(randomTarget(random));
            parsed += once.isPresent() ? 1 : 0;
            assertThat(once.flatMap(target -> tryParse(target.toString()))).isEqualTo(once);
        }
        assertThat(parsed).isGreaterThan(RANDOM_TARGETS / 10);
    }

    @Test
    void parsingNeverChangesTheOctetsMeant() {
        Random random = new Random(42);
        for (int i = 0; i < RANDOM_TARGETS; i++) {
            String raw = randomTarget(random);
            tryParse(raw).ifPresent(target -> {
                assertThat(octets(target.toString())).isEqualTo(octets(raw));
                assertThat(delimiters(target.toString())).isEqualTo(delimiters(raw));
            });
        }
    }

    @Test
    void aParsedTargetIsPlainPrintableAscii() {
        Random random = new Random(7);
        for (int i = 0; i < RANDOM_TARGETS; i++) {
            tryParse(randomTarget(random))
                    .ifPresent(target ->
                            assertThat(target.toString()).matches("(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-F]{2})+"));
        }
    }

    @Test
    void segmentsKeepEmptyOnesAndEncodedSlashes() throws BadTargetException {
        assertThat(Target.parse("/a//b%2Fc/").segments()).containsExactly("a", "", "b%2Fc", "");
        assertThat(Target.parse("/").segments()).containsExactly("");
    }

    @ParameterizedTest
    @CsvSource({
        "/a?b=c, b, c",
        "/a?b=c&b=d, b, c",
        "/a?x=1&b=c%20d, b, 'c d'",
        "/a?b=1+2, b, 1+2",
        "/a?b=1%2B2, b, 1+2",
        "/a?b=c=d, b, c=d",
        "/a?b, b, ''",
        "/a?b=, b, ''",
        "/a?&&b=c, b, c",
        "/a?%62=c, b, c",
        "/a?caf%C3%A9=1, café, 1",
        "/a?b=%C3%A9, b, é",
        "/a?b=c%26d, b, c&d",
        "/a?bb=1&b=2, b, 2",
        "/a?%FF=1&b=2, b, 2",
    })
    void aQueryParameterIsTheFirstOfItsNameDecoded(String raw, String name, String value) throws BadTargetException {
        assertThat(Target.parse(raw).queryParameter(name)).contains(value);
    }

    @ParameterizedTest
    @CsvSource({"/a, b", "/a?, b", "/a?c=b, b", "/a?B=c, b", "/a?b=%FF, b", "/a?&, ''", "/a?b=%C3&b=1, b"})
    void aQueryParameterThatIsMissingOrNoUtf8IsEmpty(String raw, String name) throws BadTargetException {
        assertThat(Target.parse(raw).queryParameter(name)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "a, a",
        "a+b, a+b",
        "a%2Bb, a+b",
        "refs%2Fpr%2F1, refs/pr/1",
        "a%20b, 'a b'",
        "%25, %",
        "%252F, %2F",
        "%e6%97%a5, 日",
        "%F0%9F%98%80, 😀",
    })
    void aSegmentIsDecodedAsUtf8(String segment, String decoded) throws BadTargetException {
        assertThat(Target.decode(segment)).isEqualTo(decoded);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%FF",
                "%C3",
                "%C3(",
                "%C0%AF",
                "%ED%A0%80",
                "%F4%90%80%80",
                "%80",
                "%",
                "%4",
                "%4x",
                "é",
                "\u00ff"
            })
    void aSegmentThatIsNoUtf8IsNotDecoded(String segment) {
        assertThatThrownBy(() -> Target.decode(segment)).isInstanceOf(BadTargetException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "a-b_c.d~e, a-b_c.d~e",
        "refs/pr/1, refs%2Fpr%2F1",
        "'a b', a%20b",
        "a+b, a%2Bb",
        "%, %25",
        "%2F, %252F",
        "a:b@c, a%3Ab%40c",
        "日, %E6%97%A5",
        "😀, %F0%9F%98%80",
        "a\\b, a%5Cb",
        "?#, %3F%23",
        "..., ...",
    })
    void aSegmentIsEncodedSoThatItDecodesAgain(String decoded, String segment) throws BadTargetException {
        assertThat(Target.encodeSegment(decoded)).isEqualTo(segment);
        assertThat(Target.decode(segment)).isEqualTo(decoded);
        assertThat(Target.parse("/" + segment)).hasToString("/" + segment);
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "a/../b", "./a", "a\\..", "\0", "a\nb", "\u007f"})
    void aTextThatNoTargetMayHoldIsNotEncoded(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Target.encodeSegment(text));
    }

    @Test
    void halfASurrogatePairIsNotEncoded() {
        assertThatIllegalArgumentException().isThrownBy(() -> Target.encodeSegment("a\uD83D"));
    }

    @Test
    void anotherPathKeepsTheQuery() throws BadTargetException {
        assertThat(Target.parse("/hf/a?b=c").withPath("/a")).hasToString("/a?b=c");
        assertThat(Target.parse("/hf/a").withPath("/")).hasToString("/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "/a?b", "/..", "/%2f", "/%41", "/a b", "/é", "/%", "/[", "/a#b"})
    void aTargetThatIsNotCanonicalCannotBeMade(String path) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Target(path, Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "%2f", "#", "%", "[", "é"})
    void aQueryThatIsNotCanonicalCannotBeMade(String query) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Target("/", Optional.of(query)));
    }

    private static Optional<Target> tryParse(String raw) {
        try {
            return Optional.of(Target.parse(raw));
        } catch (BadTargetException e) {
            return Optional.empty();
        }
    }

    /** Pieces that hurt, in any order. */
    private static String randomTarget(Random random) {
        String[] pieces = {
            "/", "a", "B", "0", ".", "..", "%2e", "%2E", "%2f", "%5C", "%", "%4", "%41", "%7e", "%25", "%C3%A9", "?",
            "&", "=", "+", "[", "\"", ";", "~", "%00", "\u00e9", "#", " ", "\\", "%3f", "%2b", "%61", ":", "@"
        };
        StringBuilder target = new StringBuilder("/");
        int length = random.nextInt(8);
        for (int i = 0; i < length; i++) {
            target.append(
                    random.nextInt(50) == 0
                            ? "" + (char) random.nextInt(0x120)
                            : pieces[random.nextInt(pieces.length)]);
        }
        return target.toString();
    }

    /** The octets that a target stands for, each as a character. */
    private static String octets(String target) {
        StringBuilder octets = new StringBuilder();
        for (int i = 0; i < target.length(); i++) {
            if (target.charAt(i) == '%') {
                octets.append((char) Integer.parseInt(target, i + 1, i + 3, 16));
                i += 2;
            } else {
                octets.append(target.charAt(i));
            }
        }
        return octets.toString();
    }

    /** The reserved characters that stand unencoded: what divides a target (RFC 3986 §2.2). */
    private static String delimiters(String target) {
        return target.replaceAll("[^:/?#@!$&'()*+,;=]", "");
    }
}
