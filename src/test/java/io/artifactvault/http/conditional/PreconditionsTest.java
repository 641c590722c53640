package io.artifactvault.http.conditional;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Fields;
import io.artifactvault.http.conditional.Preconditions.Outcome;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110 §13.1, §13.2.2 and §8.8.2.2. */
class PreconditionsTest {
    private static final String BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT";
    private static final String THEN = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final String AFTER = "Sun, 06 Nov 1994 08:49:38 GMT";
    private static final Optional<Instant> MODIFIED = Optional.of(Instant.parse("1994-11-06T08:49:37.900Z"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "\"a\" | \"a\" | NOT_MODIFIED",
                "W/\"a\" | \"a\" | NOT_MODIFIED",
                "\"a\" | W/\"a\" | NOT_MODIFIED",
                "\"b\" | \"a\" | PROCEED",
                "\"b\", \"a\" | \"a\" | NOT_MODIFIED",
                "\"b\", \"c\" | \"a\" | PROCEED",
                "* | \"a\" | NOT_MODIFIED",
                "* | - | NOT_MODIFIED",
                "\"a\" | - | PROCEED",
                "a | \"a\" | PROCEED",
                "\"A\" | \"a\" | PROCEED",
                "\"a,b\" | \"a,b\" | NOT_MODIFIED",
            })
    void ifNoneMatchComparesWeakly(String field, @Nullable String etag, Outcome outcome) {
        assertThat(evaluate(Fields.of("If-None-Match", field), etag)).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "\"a\" | \"a\" | PROCEED",
                "W/\"a\" | \"a\" | FAILED",
                "\"a\" | W/\"a\" | FAILED",
                "W/\"a\" | W/\"a\" | FAILED",
                "\"b\" | \"a\" | FAILED",
                "\"b\", \"a\" | \"a\" | PROCEED",
                "* | \"a\" | PROCEED",
                "* | - | PROCEED",
                "\"a\" | - | FAILED",
                "a | \"a\" | FAILED",
            })
    void ifMatchComparesStrongly(String field, @Nullable String etag, Outcome outcome) {
        assertThat(evaluate(Fields.of("If-Match", field), etag)).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                BEFORE + " | PROCEED",
                THEN + " | NOT_MODIFIED",
                AFTER + " | NOT_MODIFIED",
                "Sunday, 06-Nov-94 08:49:37 GMT | NOT_MODIFIED",
                "Sun Nov  6 08:49:37 1994 | NOT_MODIFIED",
                "Mon, 06 Nov 1994 08:49:38 GMT | PROCEED",
                "1994-11-06T08:49:38Z | PROCEED",
                "0 | PROCEED",
            })
    void ifModifiedSinceCountsInWholeSeconds(String date, Outcome outcome) {
        assertThat(evaluate(Fields.of("If-Modified-Since", date), "\"a\"")).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                BEFORE + " | FAILED",
                THEN + " | PROCEED",
                AFTER + " | PROCEED",
                "yesterday | PROCEED",
                "Sunday, 06-Nov-94 08:49:36 GMT | FAILED"
            })
    void ifUnmodifiedSinceFailsWhenItWasModified(String date, Outcome outcome) {
        assertThat(evaluate(Fields.of("If-Unmodified-Since", date), "\"a\"")).isEqualTo(outcome);
    }

    @Test
    void aDateIsIgnoredWithoutLastModified() {
        for (String name : new String[] {"If-Modified-Since", "If-Unmodified-Since"}) {
            assertThat(Preconditions.evaluate(Fields.of(name, BEFORE), Optional.empty(), Optional.empty()))
                    .isEqualTo(Outcome.PROCEED);
            assertThat(Preconditions.evaluate(Fields.of(name, AFTER), Optional.empty(), Optional.empty()))
                    .isEqualTo(Outcome.PROCEED);
        }
    }

    @Test
    void aDateGivenTwiceIsIgnored() {
        assertThat(evaluate(Fields.of("If-Modified-Since", AFTER, "If-Modified-Since", AFTER), "\"a\""))
                .isEqualTo(Outcome.PROCEED);
        assertThat(evaluate(Fields.of("If-Unmodified-Since", BEFORE, "if-unmodified-since", BEFORE), "\"a\""))
                .isEqualTo(Outcome.PROCEED);
    }

    @Test
    void withoutConditionsTheRequestProceeds() {
        assertThat(evaluate(Fields.EMPTY, "\"a\"")).isEqualTo(Outcome.PROCEED);
        assertThat(evaluate(Fields.of("Range", "bytes=0-0"), null)).isEqualTo(Outcome.PROCEED);
    }

    /** The order of RFC 9110 §13.2.2. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "If-Match | \"a\" | If-Unmodified-Since | " + BEFORE + " | PROCEED",
                "If-Match | \"b\" | If-Unmodified-Since | " + AFTER + " | FAILED",
                "If-None-Match | \"b\" | If-Modified-Since | " + AFTER + " | PROCEED",
                "If-None-Match | \"a\" | If-Modified-Since | " + BEFORE + " | NOT_MODIFIED",
                "If-None-Match | b | If-Modified-Since | " + AFTER + " | PROCEED",
                "If-Match | \"a\" | If-None-Match | \"a\" | NOT_MODIFIED",
                "If-Match | \"b\" | If-None-Match | \"a\" | FAILED",
                "If-Match | \"a\" | If-None-Match | \"b\" | PROCEED",
                "If-Match | \"a\" | If-Modified-Since | " + AFTER + " | NOT_MODIFIED",
                "If-Unmodified-Since | " + BEFORE + " | If-None-Match | \"a\" | FAILED",
                "If-Unmodified-Since | " + AFTER + " | If-None-Match | \"a\" | NOT_MODIFIED",
                "If-Unmodified-Since | " + AFTER + " | If-Modified-Since | " + BEFORE + " | PROCEED",
            })
    void tagsGoBeforeDatesAndMatchBeforeNoneMatch(
            String oneName, String one, String otherName, String other, Outcome outcome) {
        assertThat(evaluate(Fields.of(oneName, one, otherName, other), "\"a\"")).isEqualTo(outcome);
        assertThat(evaluate(Fields.of(otherName, other, oneName, one), "\"a\"")).isEqualTo(outcome);
    }

    @Test
    void severalLinesAreOneList() {
        assertThat(evaluate(Fields.of("If-None-Match", "\"b\"", "if-none-match", "\"a\""), "\"a\""))
                .isEqualTo(Outcome.NOT_MODIFIED);
        assertThat(evaluate(Fields.of("If-Match", "\"b\"", "IF-MATCH", "\"a\""), "\"a\""))
                .isEqualTo(Outcome.PROCEED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "\"a\" | \"a\" | true",
                "\"b\" | \"a\" | false",
                "W/\"a\" | W/\"a\" | false",
                "W/\"a\" | \"a\" | false",
                "\"a\" | W/\"a\" | false",
                "\"a\" | - | false",
                "a | \"a\" | false",
                "* | \"a\" | false",
                "\"a\", \"b\" | \"a\" | false",
                "'' | \"a\" | false",
                THEN + " | \"a\" | true",
                "Sun Nov  6 08:49:37 1994 | - | true",
                BEFORE + " | \"a\" | false",
                AFTER + " | \"a\" | false",
                "never | \"a\" | false",
            })
    void ifRangeWantsTheVerySameRepresentation(String field, @Nullable String etag, boolean applies) {
        assertThat(Preconditions.rangeApplies(Fields.of("If-Range", field), tag(etag), MODIFIED))
                .isEqualTo(applies);
    }

    @Test
    void rangeAppliesWithoutIfRange() {
        assertThat(Preconditions.rangeApplies(Fields.EMPTY, Optional.empty(), Optional.empty()))
                .isTrue();
    }

    @Test
    void rangeDoesNotApplyWhenIfRangeIsRepeatedOrNothingIsKnown() {
        assertThat(Preconditions.rangeApplies(
                        Fields.of("If-Range", "\"a\"", "If-Range", "\"a\""), tag("\"a\""), MODIFIED))
                .isFalse();
        assertThat(Preconditions.rangeApplies(Fields.of("If-Range", THEN), Optional.empty(), Optional.empty()))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                BEFORE + " | " + THEN + " | true",
                THEN + " | " + THEN + " | false",
                AFTER + " | " + THEN + " | false",
                BEFORE + " | now | false",
                "then | " + THEN + " | false",
            })
    void lastModifiedIsStrongWhenASecondOlderThanDate(String modified, String date, boolean strong) {
        Fields response = Fields.of("Last-Modified", modified, "Date", date);

        assertThat(Preconditions.strongLastModified(response).isPresent()).isEqualTo(strong);
    }

    @Test
    void lastModifiedIsNotStrongWithoutDate() {
        assertThat(Preconditions.strongLastModified(Fields.of("Last-Modified", THEN)))
                .isEmpty();
        assertThat(Preconditions.strongLastModified(Fields.of("Date", THEN))).isEmpty();
    }

    private static Outcome evaluate(Fields request, @Nullable String etag) {
        return Preconditions.evaluate(request, tag(etag), MODIFIED);
    }

    private static Optional<EntityTag> tag(@Nullable String text) {
        return Optional.ofNullable(text).flatMap(EntityTag::parse);
    }
}
