package io.artifactvault.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Fields;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 §5.2 and §1.2.2. */
class DirectivesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "max-age=0 | 0",
                "max-age=1 | 1",
                "max-age=3600 | 3600",
                "MAX-AGE=3600 | 3600",
                "MaX-aGe=3600 | 3600",
                "max-age=\"3600\" | 3600",
                "max-age=\"36\\00\" | 3600",
                "max-age=003600 | 3600",
                "max-age=000 | 0",
                "foo, max-age=5 | 5",
                "max-age=5, foo=bar | 5",
                "  max-age=5  | 5",
                ",,max-age=5,, | 5",
                "foo=\"a, b\", max-age=5 | 5",
                "foo=\"max-age=3600\", max-age=1 | 1",
                "max-age=1, foo=\"max-age=3600\" | 1",
                "foo=\"a\\\", max-age=3600\", max-age=1 | 1",
                "max-age=2147483647 | 2147483647",
                "max-age=2147483648 | 2147483648",
                "max-age=2147483649 | 2147483648",
                "max-age=99999999999 | 2147483648",
                "max-age=99999999999999999999999999999999 | 2147483648",
                "max-age=00000000000000000000000000000007 | 7",
                "max-age=5, max-age=5 | 5",
            })
    void aNumberOfSecondsIsRead(String field, long seconds) {
        assertThat(Directives.parse(field).seconds("max-age")).hasValue(seconds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max-age",
                "max-age=",
                "max-age=\"\"",
                "max-age=-1",
                "max-age=+1",
                "max-age=1.0",
                "max-age=1.5",
                "max-age=1e3",
                "max-age=a100",
                "max-age=100a",
                "max-age=0x10",
                "max-age='3600'",
                "max-age =3600",
                "max-age= 3600",
                "max-age = 3600",
                "max-age=\"3600",
                "max-age=3600\"",
                "max-age=36 00",
                "max-age=1, max-age=2",
                "max-age=2, max-age=1",
                "max-age=3600, MAX-AGE=x",
                "max-age=٣",
            })
    void aBadNumberMeansStale(String field) {
        assertThat(Directives.parse(field).seconds("max-age")).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                "no-cache",
                "xmax-age=1",
                "max-age-x=1",
                "foo=\"max-age=1\"",
                "foo=\"x, max-age=1, y\"",
                "foo=\"x, max-age=1",
                "s-maxage=1",
                "max_age=1",
            })
    void whatIsNotThereHasNoSeconds(String field) {
        assertThat(Directives.parse(field).seconds("max-age")).isEqualTo(OptionalLong.empty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "no-cache | true",
                "No-CaChE | true",
                "no-cache, max-age=1 | true",
                "max-age=1,no-cache | true",
                "no-cache=\"\" | true",
                "no-cache=\" , \" | true",
                "no-cache= | true",
                "no-cache =\"Set-Cookie\" | true",
                "no-cache=\"Set-Cookie\" | false",
                "no-cache=Set-Cookie | false",
                "no-cache=\"a\", no-cache | true",
                "no-cachex | false",
                "foo=\"no-cache\" | false",
            })
    void aBareDirectiveIsOneWithoutFieldNames(String field, boolean bare) {
        assertThat(Directives.parse(field).hasBare("no-cache")).isEqualTo(bare);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "private=\"A\" | a",
                "private=A | a",
                "private=\"A, b\" | a b",
                "private=\" A ,, b \" | a b",
                "private=\"A\", private=\"B\" | a b",
                "PRIVATE=\"A\" | a",
            })
    void fieldNamesAreReadInLowerCase(String field, String names) {
        assertThat(Directives.parse(field).fieldNames("private")).isEqualTo(Set.of(names.split(" ")));
    }

    @Test
    void severalLinesAreOneList() {
        Fields fields = Fields.of("Cache-Control", "max-age=1", "cache-control", "no-store");

        assertThat(Directives.of(fields).seconds("max-age")).hasValue(1);
        assertThat(Directives.of(fields).has("no-store")).isTrue();
        assertThat(Directives.of(Fields.EMPTY).isEmpty()).isTrue();
    }
}
