package io.artifactvault.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Fields;
import io.artifactvault.http.HttpDate;
import io.artifactvault.http.caching.Freshness.Basis;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 §4.2, §5.1 and §5.3. */
class FreshnessTest {
    private static final String DATE = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final Instant NOW = Instant.parse("1994-11-06T08:49:37Z");

    private static Freshness of(int status, Fields fields) {
        return Freshness.of(status, fields, NOW, NOW, Optional.empty());
    }

    private static Fields dated(String... more) {
        return Fields.of("Date", DATE).toBuilder().addAll(Fields.of(more)).build();
    }

    private static long seconds(Fields fields) {
        return of(200, fields).lifetime().toSeconds();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "max-age=60 | 60",
                "s-maxage=60 | 60",
                "s-maxage=60, max-age=3600 | 60",
                "max-age=3600, s-maxage=60 | 60",
                "max-age=60, s-maxage=3600 | 3600",
                "max-age=0, s-maxage=3600 | 3600",
                "max-age=0 | 0",
                "max-age=x | 0",
                "s-maxage=x, max-age=60 | 0",
                "max-age=1, max-age=1800 | 0",
                "max-age=60, foo=bar | 60",
            })
    void aSharedCachePrefersSMaxageThenMaxAge(String control, long lifetime) {
        Fields fields = dated("Cache-Control", control, "Expires", "Sun, 06 Nov 1994 09:49:37 GMT");

        assertThat(seconds(fields)).isEqualTo(lifetime);
        assertThat(of(200, fields).basis()).isEqualTo(Basis.EXPLICIT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sun, 06 Nov 1994 08:50:37 GMT | 60",
                "Sunday, 06-Nov-94 08:50:37 GMT | 60",
                "Sun Nov  6 08:50:37 1994 | 60",
                "SUN, 06 NOV 1994 08:50:37 GMT | 60",
                "sun, 06 nov 1994 08:50:37 gMt | 60",
                "Sun, 06 Nov 1994 08:49:37 GMT | 0",
                "Sun, 06 Nov 1994 08:49:36 GMT | 0",
                "Thu, 01 Jan 1970 00:00:00 GMT | 0",
                "0 | 0",
                "-1 | 0",
                "never | 0",
                "Sun, 06 Nov 1994 08:50:37 UTC | 0",
                "Sun, 06 Nov 1994 08:50:37 AEST | 0",
                "Sun, 06 Nov 94 08:50:37 GMT | 0",
                "Sun 06 Nov 1994 08:50:37 GMT | 0",
                "Sun, 06  Nov  1994 08:50:37 GMT | 0",
                "Sun, 06-Nov-1994 08:50:37 GMT | 0",
                "Sun, 06 Nov 1994 08.50.37 GMT | 0",
                "Sun, 06 Nov 1994 8:50:37 GMT | 0",
                "Mon, 06 Nov 1994 08:50:37 GMT | 0",
                "Sun, 06 Nov 1994 08:50:37 | 0",
                "Sun, 06 Nov 1994 08:50:37 GMT, Sun, 06 Nov 1994 08:50:37 GMT | 0",
            })
    void expiresCountsFromDateAndWhatIsNoDateHasPassed(String expires, long lifetime) {
        assertThat(seconds(dated("Expires", expires))).isEqualTo(lifetime);
        assertThat(of(200, dated("Expires", expires)).basis()).isEqualTo(Basis.EXPLICIT);
    }

    @Test
    void severalExpiresLinesMeanStale() {
        String later = "Sun, 06 Nov 1994 08:50:37 GMT";

        assertThat(seconds(dated("Expires", later, "Expires", later))).isZero();
    }

    @Test
    void expiresCountsFromTheArrivalWhereDateIsNoDate() {
        assertThat(seconds(Fields.of("Expires", "Sun, 06 Nov 1994 08:50:37 GMT", "Date", "foo")))
                .isEqualTo(60);
    }

    @Test
    void aTargetedFieldSetsExpiresAside() {
        Fields fields = dated(
                "CDN-Cache-Control",
                "no-cache",
                "Expires",
                "Sun, 06 Nov 1994 08:50:37 GMT",
                "Cache-Control",
                "max-age=9");

        assertThat(of(200, fields).basis()).isEqualTo(Basis.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0",
                "1 | 1",
                "7200 | 7200",
                "007 | 7",
                "2147483647 | 2147483647",
                "2147483648 | 2147483648",
                "2147483649 | 2147483648",
                "99999999999999999999 | 2147483648",
                "old | 0",
                "-7200 | 0",
                "7200.0 | 0",
                "7200, 0 | 7200",
                "0, 7200 | 0",
                "0, 0 | 0",
                "old, 7200 | 0",
                "7200;foo=bar | 0",
                "7200;foo=111 | 0",
                "'' | 0",
            })
    void theFirstMemberOfAgeCounts(String age, long initial) {
        assertThat(of(200, dated("Age", age)).initialAge()).isEqualTo(Duration.ofSeconds(initial));
    }

    @ParameterizedTest
    @CsvSource({"7200, 0, 7200", "0, 7200, 0", "0, 0, 0", "x, 7200, 0"})
    void theFirstLineOfAgeCounts(String first, String second, long initial) {
        assertThat(of(200, dated("Age", first, "Age", second)).initialAge()).isEqualTo(Duration.ofSeconds(initial));
    }

    @ParameterizedTest
    @CsvSource({
        // sent, delay, Age, age when it had come
        "0, 0, 0, 0",
        "0, 3, 0, 3",
        "-10, 0, 0, 13",
        "-10, 3, 0, 13",
        "-10, 0, 30, 30",
        "-10, 3, 30, 33",
        "100, 3, 0, 3",
    })
    void theInitialAgeIsTheLargerOfApparentAndCorrectedAge(long sent, long delay, long age, long initial) {
        Instant received = NOW.plusSeconds(delay);
        Instant date = NOW.plusSeconds(sent).plusSeconds(sent < 0 ? delay - 3 : 0);
        Fields fields = Fields.of("Date", HttpDate.format(date), "Age", Long.toString(age));

        Freshness freshness = Freshness.of(200, fields, NOW, received, Optional.empty());

        assertThat(freshness.initialAge()).isEqualTo(Duration.ofSeconds(initial));
    }

    @Test
    void theAgeGrowsWhileTheResponseIsStored() {
        Freshness freshness = of(200, dated("Cache-Control", "max-age=60", "Age", "10"));

        assertThat(freshness.age(NOW.plusSeconds(5))).isEqualTo(Duration.ofSeconds(15));
        assertThat(freshness.left(NOW.plusSeconds(5))).isEqualTo(Duration.ofSeconds(45));
        assertThat(freshness.isFreshAt(NOW.plusSeconds(49))).isTrue();
        assertThat(freshness.isFreshAt(NOW.plusSeconds(50))).isFalse();
        assertThat(freshness.age(NOW.minusSeconds(100))).isEqualTo(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501})
    void someStatusesMayBeGiventATenthOfTheirAge(int status) {
        Freshness freshness = of(status, dated("Last-Modified", "Sun, 06 Nov 1994 08:32:57 GMT"));

        assertThat(freshness.lifetime()).isEqualTo(Duration.ofSeconds(100));
        assertThat(freshness.basis()).isEqualTo(Basis.HEURISTIC);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 202, 205, 302, 303, 307, 400, 401, 403, 429, 500, 502, 503, 504, 599})
    void otherStatusesHaveNoHeuristicLifetime(int status) {
        Fields fields = dated("Last-Modified", "Sun, 06 Nov 1994 08:32:57 GMT");

        assertThat(of(status, fields).basis()).isEqualTo(Basis.NONE);
        assertThat(of(status, fields.with("Cache-Control", "public")).basis()).isEqualTo(Basis.HEURISTIC);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:38 GMT", "yesterday"})
    void aLastModifiedThatIsNotInThePastGivesNoHeuristicLifetime(String modified) {
        assertThat(of(200, dated("Last-Modified", modified)).basis()).isEqualTo(Basis.NONE);
    }

    @Test
    void theHeuristicLifetimeIsLimited() {
        assertThat(of(200, dated("Last-Modified", "Sun, 06 Nov 1904 08:49:37 GMT"))
                        .lifetime())
                .isEqualTo(Duration.ofDays(7));
    }

    @Test
    void theOperatorsDefaultReplacesTheHeuristicLifetimeButNotTheExplicitOne() {
        Optional<Duration> minute = Optional.of(Duration.ofMinutes(1));

        assertThat(Freshness.of(200, dated(), NOW, NOW, minute).lifetime()).isEqualTo(Duration.ofMinutes(1));
        assertThat(Freshness.of(200, dated(), NOW, NOW, minute).basis()).isEqualTo(Basis.DEFAULT);
        assertThat(Freshness.of(500, dated(), NOW, NOW, minute).basis()).isEqualTo(Basis.NONE);
        assertThat(Freshness.of(200, dated("Cache-Control", "max-age=1"), NOW, NOW, minute)
                        .lifetime())
                .isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({"0, true", "5, true", "6, false", "31536000, false"})
    void aResponseReceivedLaterThanNowIsStale(long ahead, boolean fresh) {
        Freshness freshness = of(200, dated("Cache-Control", "max-age=60"));
        Instant earlier = NOW.minusSeconds(ahead);

        assertThat(freshness.isFreshAt(earlier)).isEqualTo(fresh);
        assertThat(Freshness.lasting(Duration.ofDays(1), NOW).isFreshAt(earlier))
                .isEqualTo(fresh);
    }
}
