package io.artifactvault.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9651 §3.2 and §4.2. */
class StructuredDictionaryTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a=1 | a | 1",
                " a=1  | a | 1",
                "a=-1 | a | -1",
                "a=1.5 | a | 1.5",
                "a=\"x, y\" | a | \"x, y\"",
                "a=\"x\\\"y\" | a | \"x\\\"y\"",
                "a=tok/en:x | a | tok/en:x",
                "a=:aGk=: | a | :aGk=:",
                "a=?1 | a | ?1",
                "a=?0 | a | ?0",
                "a=@1659578233 | a | @1659578233",
                "a=%\"caf%c3%a9\" | a | %\"caf%c3%a9\"",
                "a=(1 2) | a | (1 2)",
                "a=( 1  2;x )  | a | ( 1  2;x )",
                "a=() | a | ()",
                "a | a | ?1",
                "a;p | a | ?1",
                "a;p=1;q=\"z\" | a | ?1",
                "a=1;p | a | 1",
                "a=1; p=2 | a | 1",
                "b,a=1 | a | 1",
                "b\t,\ta=1 | a | 1",
                "a=1, a=2 | a | 2",
                "a=1, a | a | ?1",
                "*a.b_c-d=1 | *a.b_c-d | 1",
                "a=*x | a | *x",
            })
    void aMemberIsRead(String field, String key, String item) {
        assertThat(StructuredDictionary.parse(field).orElseThrow()).containsEntry(key, item);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a=1,",
                ",a=1",
                "a=1,,b=2",
                "A=1",
                "MaX-aGe=1",
                "1a=1",
                "a =1",
                "a= 1",
                "a=1 b=2",
                "a=1; ,b",
                "a=1;P=1",
                "a=",
                "a=\"x",
                "a=\"é\"",
                "a=:x!:",
                "a=?2",
                "a=1.",
                "a=1.2345",
                "a=1234567890123456",
                "a=--1",
                "a=(1",
                "a=(1,2)",
                "a=10000, &&&&&",
                "&&&&&",
                "=1",
            })
    void anyFaultInvalidatesTheDictionary(String field) {
        assertThat(StructuredDictionary.parse(field)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "   "})
    void anEmptyTextIsAnEmptyDictionary(String field) {
        assertThat(StructuredDictionary.parse(field)).contains(Map.of());
    }
}
