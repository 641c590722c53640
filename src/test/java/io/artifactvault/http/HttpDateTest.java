package io.artifactvault.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 §5.6.7. */
class HttpDateTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1994-11-06T08:49:37Z | Sun, 06 Nov 1994 08:49:37 GMT",
                "1970-01-01T00:00:00Z | Thu, 01 Jan 1970 00:00:00 GMT",
                "2000-02-29T23:59:59Z | Tue, 29 Feb 2000 23:59:59 GMT",
                "2026-12-31T12:00:00Z | Thu, 31 Dec 2026 12:00:00 GMT",
                "0001-01-01T00:00:00Z | Mon, 01 Jan 0001 00:00:00 GMT",
                "9999-12-31T23:59:59Z | Fri, 31 Dec 9999 23:59:59 GMT",
            })
    void aDateIsWrittenAsImfFixdateAndReadBack(Instant instant, String text) {
        assertThat(HttpDate.format(instant)).isEqualTo(text);
        assertThat(HttpDate.parse(text)).contains(instant);
    }

    @Test
    void fractionsOfASecondAreDropped() {
        assertThat(HttpDate.format(Instant.parse("1994-11-06T08:49:37.999Z")))
                .isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"+10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z"})
    void aYearWithoutFourDigitsIsNotWritten(Instant instant) {
        assertThatIllegalArgumentException().isThrownBy(() -> HttpDate.format(instant));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sunday, 06-Nov-94 08:49:37 GMT | 1994-11-06T08:49:37Z",
                "Sun Nov  6 08:49:37 1994 | 1994-11-06T08:49:37Z",
                "Wed Nov 16 08:49:37 1994 | 1994-11-16T08:49:37Z",
                "Sat, 31 Dec 2016 23:59:60 GMT | 2017-01-01T00:00:00Z",
                "Thursday, 01-Jan-70 00:00:00 GMT | 1970-01-01T00:00:00Z",
                "Thu Jan  1 00:00:00 1970 | 1970-01-01T00:00:00Z",
            })
    void theObsoleteFormsAndLeapSecondsAreRead(String text, Instant instant) {
        assertThat(HttpDate.parse(text, Instant.parse("2015-01-01T00:00:00Z"))).contains(instant);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-06-15T12:00:00Z | Monday, 15-Jun-76 12:00:00 GMT | 2076-06-15T12:00:00Z",
                "2026-06-15T12:00:00Z | Tuesday, 15-Jun-76 12:00:01 GMT | 1976-06-15T12:00:01Z",
                "2026-06-15T12:00:00Z | Sunday, 06-Nov-94 08:49:37 GMT | 1994-11-06T08:49:37Z",
                "2026-06-15T12:00:00Z | Wednesday, 15-Jun-77 12:00:00 GMT | 1977-06-15T12:00:00Z",
                "2026-06-15T12:00:00Z | Wednesday, 15-Jun-50 12:00:00 GMT | 2050-06-15T12:00:00Z",
                "2026-06-15T12:00:00Z | Saturday, 01-Jan-00 00:00:00 GMT | 2000-01-01T00:00:00Z",
                "2060-01-01T00:00:00Z | Thursday, 01-Jan-05 00:00:00 GMT | 2105-01-01T00:00:00Z",
                "2060-01-01T00:00:00Z | Tuesday, 01-Jan-19 00:00:00 GMT | 2019-01-01T00:00:00Z",
                "1999-12-31T00:00:00Z | Saturday, 01-Jan-00 00:00:00 GMT | 2000-01-01T00:00:00Z",
            })
    void twoDigitsOfAYearLieAtMostFiftyYearsAhead(Instant now, String text, Instant instant) {
        assertThat(HttpDate.parse(text, now)).contains(instant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "-1",
                "now",
                "1994-11-06T08:49:37Z",
                "784111777",
                "Mon, 06 Nov 1994 08:49:37 GMT",
                "Sun, 6 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 94 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37 UTC",
                "Sun, 06 Nov 1994 08:49:37 +0000",
                "Sun, 06 Nov 1994 08:49:37",
                "Sun, 06 Nov 1994 8:49:37 GMT",
                "Sun, 06 Nov 1994 08:49 GMT",
                "Sun, 06 nov 1994 08:49:37 GMT",
                "sun, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37 gmt",
                "Sun, 06 Nov 1994 24:00:00 GMT",
                "Sun, 06 Nov 1994 08:60:37 GMT",
                "Sun, 06 Nov 1994 08:49:61 GMT",
                "Sun, 32 Nov 1994 08:49:37 GMT",
                "Sun, 00 Nov 1994 08:49:37 GMT",
                "Wed, 29 Feb 2023 00:00:00 GMT",
                "Thu, 31 Nov 1994 08:49:37 GMT",
                "Sun 06 Nov 1994 08:49:37 GMT",
                "Sun,06 Nov 1994 08:49:37 GMT",
                "Sun,  06 Nov 1994 08:49:37 GMT",
                " Sun, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37 GMT ",
                "Sun, 06 Nov 1994 08:49:37 GMT\n",
                "Sun, 06 Nov 19940 08:49:37 GMT",
                "Sun, 0\u0666 Nov 1994 08:49:37 GMT",
                "Sun, 06-Nov-94 08:49:37 GMT",
                "Sunday, 06-Nov-1994 08:49:37 GMT",
                "Sunday, 06 Nov 1994 08:49:37 GMT",
                "Monday, 06-Nov-94 08:49:37 GMT",
                "Monday, 31-Feb-94 08:49:37 GMT",
                "Sun Nov 06 08:49:37 94",
                "Sun Nov 6 08:49:37 1994",
                "Mon Nov  6 08:49:37 1994",
                "Sun Nov  0 08:49:37 1994",
                "Sun Nov  6 08:49:37 1994 GMT",
                "Sunday Nov  6 08:49:37 1994",
            })
    void anythingElseIsNoDate(String text) {
        assertThat(HttpDate.parse(text, Instant.parse("2026-01-01T00:00:00Z"))).isEmpty();
    }

    @Test
    void everySecondReadsBackAsItWasWritten() {
        Random random = new Random(5_607);
        for (int i = 0; i < 5_000; i++) {
            Instant instant = Instant.ofEpochSecond(random.nextLong(253_402_300_799L));
            assertThat(HttpDate.parse(HttpDate.format(instant))).contains(instant);
        }
    }
}
