package io.artifactvault.http.conditional;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidatorTest {
    private static final String THEN = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final String NEXT = "Sun, 06 Nov 1994 08:49:38 GMT";

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            value = {
                "§8.8.3 strong tag | \"v\" | - | - | \"v\"",
                "§8.8.3 strong tag before a date | \"v\" | " + THEN + " | " + NEXT + " | \"v\"",
                "§8.8.1 weak tag | W/\"v\" | - | - | -",
                "§13.1.5 a date beside a weak tag | W/\"v\" | " + THEN + " | " + NEXT + " | -",
                "§13.1.5 a date beside what is no tag | v | " + THEN + " | " + NEXT + " | -",
                "§8.8.2.2 a date of a second before | - | " + THEN + " | " + NEXT + " | " + THEN,
                "§5.6.7 an old form | - | Sunday, 06-Nov-94 08:49:37 GMT | " + NEXT + " | " + THEN,
                "§8.8.2.2 a date of the same second | - | " + THEN + " | " + THEN + " | -",
                "§8.8.2.2 a date of a second after | - | " + NEXT + " | " + THEN + " | -",
                "§8.8.2.2 no Date | - | " + THEN + " | - | -",
                "§5.6.7 no date at all | - | yesterday | " + NEXT + " | -",
                "nothing | - | - | - | -",
            })
    void onlyAStrongTagOrWithoutAnyAStrongDateCounts(
            String section, String tag, String modified, String date, String validator) {
        Fields.Builder fields = Fields.builder();
        Optional.ofNullable(tag).ifPresent(value -> fields.add("ETag", value));
        Optional.ofNullable(modified).ifPresent(value -> fields.add("Last-Modified", value));
        Optional.ofNullable(date).ifPresent(value -> fields.add("Date", value));

        assertThat(Validator.strong(fields.build()).map(Validator::text)).isEqualTo(Optional.ofNullable(validator));
    }

    @Test
    void aNameIsOfOneTargetOneValidatorAndOneLength() {
        Digest name = new Validator("\"v\"").name("key", 5);

        assertThat(name.isProof()).isFalse();
        assertThat(new Validator("\"v\"").name("key", 5)).isEqualTo(name);
        assertThat(new Validator("\"w\"").name("key", 5)).isNotEqualTo(name);
        assertThat(new Validator("\"v\"").name("yek", 5)).isNotEqualTo(name);
        assertThat(new Validator("\"v\"").name("key", 6)).isNotEqualTo(name);
    }

    /** RFC 9111 §4.3.4. */
    @Test
    void a304OfAnotherVersionConfirmsNothing() {
        Fields tagged = Fields.of("ETag", "\"v1\"", "Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT");
        Fields dated = Fields.of("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT");
        assertThat(Validator.confirms(tagged, Fields.EMPTY)).isTrue();
        assertThat(Validator.confirms(tagged, Fields.of("ETag", "\"v1\""))).isTrue();
        assertThat(Validator.confirms(tagged, Fields.of("ETag", "W/\"v1\""))).isTrue();
        assertThat(Validator.confirms(tagged, Fields.of("ETag", "\"v2\""))).isFalse();
        assertThat(Validator.confirms(tagged, Fields.of("Last-Modified", "Mon, 07 Nov 1994 08:49:37 GMT")))
                .isTrue();
        assertThat(Validator.confirms(dated, dated)).isTrue();
        assertThat(Validator.confirms(dated, Fields.of("Last-Modified", "Mon, 07 Nov 1994 08:49:37 GMT")))
                .isFalse();
        assertThat(Validator.confirms(Fields.EMPTY, dated)).isTrue();
    }
}
