package io.artifactvault.http.conditional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.artifactvault.http.conditional.RangeSpec.Outcome;
import io.artifactvault.http.conditional.RangeSpec.Part;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 §14.1.1, §14.1.2 and §14.2. */
class RangeSpecTest {
    private static final String WHOLE = "whole";
    private static final String UNSATISFIABLE = "unsatisfiable";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=,",
                "bytes= , ,",
                "bytes=-",
                "bytes=a-b",
                "bytes=0",
                "bytes=0-1-2",
                "bytes=--1",
                "bytes=1--2",
                "bytes=+1-2",
                "bytes=-+1",
                "bytes=0x1-2",
                "bytes=1.0-2",
                "bytes=1 -2",
                "bytes=1- 2",
                "bytes=- 1",
                "bytes =0-1",
                "bytes:0-1",
                "bytes 0-1",
                "bytes 0-1/2",
                "items=0-1",
                "byte=0-1",
                "bytess=0-1",
                "=0-1",
                "0-1",
                "none",
                "bytes=0-1;2-3",
                "bytes=0-1,x",
                "bytes=x,0-1",
                "bytes=0-1 2-3",
                "bytes=*",
                "bytes=\u0660-\u0661",
            })
    void whatIsMalformedAsksForTheWhole(String field) {
        assertThat(RangeSpec.parse(Optional.of(field))).isEqualTo(RangeSpec.WHOLE);
        assertThat(resolved(field, 10)).isEqualTo(WHOLE);
    }

    @Test
    void anAbsentFieldAsksForTheWhole() {
        assertThat(RangeSpec.parse(Optional.empty())).isEqualTo(RangeSpec.WHOLE);
        assertThat(RangeSpec.WHOLE.isWhole()).isTrue();
        assertThat(RangeSpec.WHOLE.resolve(0)).isEqualTo(new Outcome.Whole());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=1-0",
                "bytes=500-499",
                "bytes=0-1,5-4",
                "bytes=9223372036854775807-9223372036854775806",
                "bytes=9223372036854775809-9223372036854775808",
                "bytes=99999999999999999999-0",
                "bytes=1-00",
            })
    void aLastBeforeItsFirstMakesTheFieldInvalid(String field) {
        assertThat(RangeSpec.parse(Optional.of(field))).isEqualTo(RangeSpec.WHOLE);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 10, 0-0",
        "bytes=0-9, 10, 0-9",
        "bytes=9-9, 10, 9-9",
        "bytes=0-10, 10, 0-9",
        "bytes=5-, 10, 5-9",
        "bytes=0-, 10, 0-9",
        "bytes=9-, 10, 9-9",
        "bytes=9-100, 10, 9-9",
        "bytes=-1, 10, 9-9",
        "bytes=-10, 10, 0-9",
        "bytes=-11, 10, 0-9",
        "bytes=-1, 1, 0-0",
        "bytes=00000-00001, 10, 0-1",
        "bytes=-0003, 10, 7-9",
        "BYTES=0-1, 10, 0-1",
        "ByTeS=0-1, 10, 0-1",
        "' bytes=0-1 ', 10, 0-1",
        "bytes=0-499, 10000, 0-499",
        "bytes=500-999, 10000, 500-999",
        "bytes=-500, 10000, 9500-9999",
        "bytes=9500-, 10000, 9500-9999",
    })
    void oneRangeIsClampedToTheRepresentation(String field, long length, String ranges) {
        assertThat(resolved(field, length)).isEqualTo(ranges);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0,-1 | 10000 | 0-0 9999-9999",
                "bytes=0-999,4500-5499,-1000 | 10000 | 0-999 4500-5499 9000-9999",
                "bytes=500-600,601-999 | 10000 | 500-600 601-999",
                "bytes=0-1, 3-4 | 10 | 0-1 3-4",
                "bytes=0-1 ,\t3-4 | 10 | 0-1 3-4",
                "bytes=,0-1,,3-4, | 10 | 0-1 3-4",
                "bytes= 0-1 | 10 | 0-1",
                "bytes=5-6,0-1 | 10 | 5-6 0-1",
                "bytes=-1,0-0 | 10 | 9-9 0-0",
                "bytes=0-1,100-200 | 10 | 0-1",
                "bytes=100-200,0-1 | 10 | 0-1",
                "bytes=-0,0-1 | 10 | 0-1",
                "bytes=0-1,10- | 10 | 0-1",
            })
    void aListKeepsItsOrderAndLosesWhatLiesBeyond(String field, long length, String ranges) {
        assertThat(resolved(field, length)).isEqualTo(ranges);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=10- | 10",
                "bytes=10-10 | 10",
                "bytes=10-20 | 10",
                "bytes=10-15,20-30 | 10",
                "bytes=-0 | 10",
                "bytes=-000 | 10",
                "bytes=-0,10- | 10",
                "bytes=0-0 | 0",
                "bytes=0- | 0",
                "bytes=-1 | 0",
                "bytes=-0 | 0",
                "bytes=9223372036854775807- | 10",
                "bytes=9223372036854775808- | 10",
                "bytes=99999999999999999999999999- | 10",
                "bytes=9223372036854775807- | 9223372036854775807",
            })
    void whatLiesWhollyBeyondIsUnsatisfiable(String field, long length) {
        assertThat(resolved(field, length)).isEqualTo(UNSATISFIABLE);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-9223372036854775807, 10, 0-9",
        "bytes=0-9223372036854775808, 10, 0-9",
        "bytes=3-99999999999999999999999999, 10, 3-9",
        "bytes=-9223372036854775807, 10, 0-9",
        "bytes=-9223372036854775808, 10, 0-9",
        "bytes=-18446744073709551616, 10, 0-9",
        "bytes=-18446744073709551617, 10, 0-9",
        "bytes=0-18446744073709551615, 10, 0-9",
        "bytes=0-, 9223372036854775807, 0-9223372036854775806",
        "bytes=-1, 9223372036854775807, 9223372036854775806-9223372036854775806",
        "bytes=9223372036854775806-, 9223372036854775807, 9223372036854775806-9223372036854775806",
    })
    void aNumberTooLargeForALongLiesBeyondTheEnd(String field, long length, String ranges) {
        assertThat(resolved(field, length)).isEqualTo(ranges);
    }

    @Test
    void thousandsOfDigitsAreALargeNumber() {
        assertThat(resolved("bytes=0-" + "9".repeat(8_000), 10)).isEqualTo("0-9");
        assertThat(resolved("bytes=" + "9".repeat(8_000) + "-", 10)).isEqualTo(UNSATISFIABLE);
        assertThat(resolved("bytes=" + "0".repeat(8_000) + "1-2", 10)).isEqualTo("1-2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=0-1,1-2",
                "bytes=0-9,3-4",
                "bytes=3-4,0-9",
                "bytes=0-,5-",
                "bytes=0-0,0-0",
                "bytes=0-,-1",
                "bytes=-1,-2",
                "bytes=-5,4-6",
                "bytes=0-1,3-4,4-5",
                "bytes=8-,-1",
                "bytes=100-200,150-,0-1",
            })
    void overlappingRangesAskForTheWhole(String field) {
        assertThat(resolved(field, 10)).isEqualTo(WHOLE);
    }

    @Test
    void aSuffixOverlapsOnlyOnceTheLengthSaysSo() {
        RangeSpec spec = RangeSpec.parse(Optional.of("bytes=0-4,-5"));

        assertThat(spec.isWhole()).isFalse();
        assertThat(written(spec.resolve(10))).isEqualTo("0-4 5-9");
        assertThat(written(spec.resolve(9))).isEqualTo(WHOLE);
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "15, false", "16, false", "17, true", "18, true", "1000, true"})
    void moreThanSixteenRangesAskForTheWhole(int count, boolean whole) {
        String field = IntStream.range(0, count)
                .mapToObj(i -> 2 * i + "-" + 2 * i)
                .collect(Collectors.joining(",", "bytes=", ""));

        assertThat(RangeSpec.parse(Optional.of(field)).isWhole()).isEqualTo(whole);
    }

    @Test
    void emptyElementsAreNotCounted() {
        assertThat(resolved("bytes=" + ",".repeat(100) + "0-1", 10)).isEqualTo("0-1");
    }

    @Test
    void partsAreKeptAsAsked() {
        assertThat(RangeSpec.parse(Optional.of("bytes=1-2,5-,-3")).parts())
                .containsExactly(new Part.From(1, 2), new Part.From(5, Long.MAX_VALUE), new Part.Suffix(3));
    }

    @Test
    void aNegativeLengthIsAnError() {
        assertThatIllegalArgumentException().isThrownBy(() -> RangeSpec.WHOLE.resolve(-1));
    }

    @Test
    void resolvedRangesAlwaysLieWithinAndNeverOverlap() {
        Random random = new Random(14);
        for (int i = 0; i < 20_000; i++) {
            long length = random.nextInt(20);
            if (RangeSpec.parse(Optional.of(randomField(random))).resolve(length)
                    instanceof Outcome.Satisfiable(var ranges)) {
                boolean[] seen = new boolean[(int) length];
                for (ByteRange range : ranges) {
                    for (int at = (int) range.first(); at <= range.last(); at++) {
                        assertThat(seen[at]).isFalse();
                        seen[at] = true;
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 9, 10, bytes 0-9/10, 10", "0, 0, 1, bytes 0-0/1, 1", "5, 9, 100, bytes 5-9/100, 5"})
    void aByteRangeKnowsItsLengthAndItsField(long first, long last, long complete, String field, long length) {
        ByteRange range = new ByteRange(first, last);

        assertThat(range.contentRange(complete)).isEqualTo(field);
        assertThat(range.length()).isEqualTo(length);
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "1, 0", "-2, -1"})
    void aByteRangeRunsForwardFromZero(long first, long last) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ByteRange(first, last));
    }

    private static String randomField(Random random) {
        String[] pieces = {"0", "1", "7", "19", "-", "-", ",", ",", " ", "-3", "2-5", "9-", "99999999999999999999"};
        StringBuilder field = new StringBuilder("bytes=");
        int length = 1 + random.nextInt(6);
        for (int i = 0; i < length; i++) {
            field.append(pieces[random.nextInt(pieces.length)]);
        }
        return field.toString();
    }

    private static String resolved(String field, long length) {
        return written(RangeSpec.parse(Optional.of(field)).resolve(length));
    }

    private static String written(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Whole _ -> WHOLE;
            case Outcome.Unsatisfiable _ -> UNSATISFIABLE;
            case Outcome.Satisfiable(List<ByteRange> ranges) ->
                ranges.stream().map(range -> range.first() + "-" + range.last()).collect(Collectors.joining(" "));
        };
    }

    @ParameterizedTest
    @CsvSource({"bytes=5-9", "bytes=5-", "bytes=-3", "bytes=0-0"})
    void aPartAloneIsAskedForByAFieldOfItsOwn(String field) {
        assertThat(RangeSpec.parse(Optional.of(field)).parts().getFirst().field())
                .isEqualTo(field);
    }
}
