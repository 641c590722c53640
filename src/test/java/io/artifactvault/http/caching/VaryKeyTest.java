package io.artifactvault.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Fields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9111 §4.1. */
class VaryKeyTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Foo | foo",
                "Foo, Bar | bar,foo",
                "Bar,  foo , BAR | bar,foo",
                "'' | ''",
                "',' | ''",
                ", Foo, | foo",
                "Accept-Encoding | accept-encoding",
            })
    void namesAreSortedInLowerCaseAndOnce(String vary, String names) {
        VaryKey key = VaryKey.of(Fields.of("Vary", vary));

        assertThat(key.joined()).isEqualTo(names);
        assertThat(VaryKey.parse(names)).isEqualTo(key);
        assertThat(key.isAny()).isFalse();
    }

    @Test
    void allLinesCount() {
        assertThat(VaryKey.of(Fields.of("Vary", "Foo", "vary", "Bar")).joined()).isEqualTo("bar,foo");
        assertThat(VaryKey.of(Fields.of("Vary", "Foo", "vary", "*")).isAny()).isTrue();
        assertThat(VaryKey.of(Fields.EMPTY).joined()).isEmpty();
    }

    private static Fields request(String lines) {
        Fields.Builder fields = Fields.builder();
        for (String line : lines.isEmpty() ? new String[0] : lines.split("/")) {
            fields.add(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1));
        }
        return fields.build();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Foo | Foo:1 | Foo:1 | true",
                "Foo | Foo:1 | foo:1 | true",
                "Foo | Foo:1 | Foo:2 | false",
                "Foo | Foo:a | Foo:A | false",
                "Foo | Foo:1 | '' | false",
                "Foo | '' | Foo:1 | false",
                "Foo | Foo: | '' | false",
                "Foo | '' | '' | true",
                "Foo | Foo:1/Bar:1 | Foo:1/Bar:2 | true",
                "Foo, Bar | Foo:1/Bar:1 | Foo:1/Bar:2 | false",
                "Foo, Bar | Foo:1/Bar:1 | Bar:1/Foo:1 | true",
                "Foo, Bar | Foo:1/Bar:2 | Foo:2/Bar:1 | false",
                "Foo, Bar | Foo:1 | Foo:1 | true",
                "Foo, Bar | Foo:1 | Bar:1 | false",
                "Foo | Foo:1,2 | Foo:1/Foo:2 | true",
                "Foo | Foo:1, 2 | Foo:1,2 | true",
                "Foo | Foo:1,  2 | Foo:1 ,2 | true",
                "Foo | Foo:1;q=1 | Foo:1 ; q=1 | true",
                "Foo | Foo:1,2 | Foo:2,1 | false",
                "Foo | Foo:\"1,2\" | Foo:\"1, 2\" | false",
                "Accept-Language | Accept-Language:en, de | Accept-Language:de, en | true",
                "Accept-Language | Accept-Language:en, de | Accept-Language:EN, De | true",
                "Accept-Language | Accept-Language:en;q=0.5, de | Accept-Language:de, en;q=0.5 | true",
                "Accept-Language | Accept-Language:en | Accept-Language:de | false",
                "Accept-Encoding | Accept-Encoding:gzip | Accept-Encoding:GZIP | false",
            })
    void requestsMatchWhenEveryNamedFieldDoes(String vary, String first, String second, boolean match) {
        VaryKey key = VaryKey.of(Fields.of("Vary", vary));

        assertThat(key.of("k", request(first)).equals(key.of("k", request(second))))
                .isEqualTo(match);
    }

    @Test
    void twoPrimaryKeysNeverMatch() {
        VaryKey key = VaryKey.of(Fields.of("Vary", "Foo"));

        assertThat(key.of("k", Fields.EMPTY)).isNotEqualTo(key.of("l", Fields.EMPTY));
        assertThat(key.of("k", Fields.EMPTY)).isNotEqualTo(VaryKey.parse("").of("k", Fields.EMPTY));
    }
}
