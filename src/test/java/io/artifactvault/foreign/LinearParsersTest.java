package io.artifactvault.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No field costs more than a constant times its length. Work is counted, not timed ({@link Work}): eight times the text may cost
 * little more than eight times the work.
 */
class LinearParsersTest {
    private static final int SHORT = 8 * 1024;
    private static final int LONG = 64 * 1024;
    private static final int MOST_PER_CHARACTER = 1000;

    private static final List<String> ROOMS = List.of(
            "io.artifactvault.http.HttpParsers",
            "io.artifactvault.origin.OriginParsers",
            "io.artifactvault.server.ServerParsers",
            "io.artifactvault.backend.huggingface.HubParsers");

    /** What repeats. */
    private static final List<String> NASTY = List.of(
            "<",
            ">",
            ";",
            ",",
            "\"",
            "\\",
            "=",
            " ",
            "\t",
            "a",
            "A",
            "0",
            "9",
            "-",
            "/",
            ":",
            "%",
            "%2",
            "%41",
            "*",
            "?",
            "#",
            "[",
            "]",
            "(",
            ")",
            "{",
            "@",
            ".",
            "&",
            "+",
            "|",
            "'",
            "\u00e9",
            "\u0080",
            "<>",
            "<>;",
            "< ;",
            "<a>; rel=",
            "<a>;b=\"",
            "\";",
            "\"\"",
            "\"a\",",
            "W/\"a\",",
            "a,",
            ", ",
            "a=",
            "a=1,",
            "a=1;",
            "a;",
            " ;",
            "; ",
            " , ",
            "0-0,",
            "1-",
            "-1,",
            "0-,",
            "/*",
            "//",
            "/./",
            "/..",
            "a/",
            "a&",
            "&a=b",
            "==",
            "=\"",
            "\\\"",
            "a:",
            "::",
            "[:",
            "0x",
            "00",
            "r=1;t=",
            "\"x\";r=1;",
            "1.1 artifact-vault",
            "1.1 artifact-vault,",
            "gzip,",
            "chunked,",
            "a chunked, ",
            "Mon, ",
            "Jan",
            "aA",
            "()",
            "(a ",
            "a;b=c,",
            "a=(",
            "?1",
            "?1,a",
            ":aa",
            "::,",
            "%\"",
            "{\"a\":",
            "[[",
            "xet-",
            "http://");

    static Stream<Supplier<Map<String, Consumer<String>>>> rooms() throws ReflectiveOperationException {
        MeteredLoader loader = new MeteredLoader();
        List<Supplier<Map<String, Consumer<String>>>> rooms = new ArrayList<>();
        for (String room : ROOMS) {
            rooms.add(parsers(loader, room));
        }
        return rooms.stream();
    }

    @SuppressWarnings("unchecked") // each room is one
    private static Supplier<Map<String, Consumer<String>>> parsers(ClassLoader loader, String room)
            throws ReflectiveOperationException {
        return (Supplier<Map<String, Consumer<String>>>) Class.forName(room, true, loader)
                .asSubclass(Supplier.class)
                .getDeclaredConstructor()
                .newInstance();
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void noFieldCostsMoreThanAConstantTimesItsLength(Supplier<Map<String, Consumer<String>>> room) {
        List<String> faults = new ArrayList<>();
        room.get().forEach((name, parser) -> {
            for (String nasty : NASTY) {
                faults.addAll(fault(name, parser, nasty));
            }
        });
        assertThat(faults).isEmpty();
    }

    private static List<String> fault(String name, Consumer<String> parser, String nasty) {
        long little = work(parser, nasty, SHORT);
        long much = work(parser, nasty, LONG);
        boolean linear = much <= 12 * little + SHORT && much <= (long) MOST_PER_CHARACTER * LONG;
        return linear ? List.of() : List.of(name + " of '" + nasty + "': " + little + " and then " + much);
    }

    private static long work(Consumer<String> parser, String nasty, int length) {
        String text = nasty.repeat(length / nasty.length());
        return Work.of(() -> parser.accept(text));
    }

    @Test
    void aQuadraticParserIsNoticed() throws Exception {
        Map<String, Consumer<String>> parsers =
                parsers(new MeteredLoader(), QuadraticParsers.class.getName()).get();
        assertThat(parsers)
                .hasSize(3)
                .allSatisfy(
                        (name, parser) -> assertThat(fault(name, parser, "<")).isNotEmpty());
    }
}
