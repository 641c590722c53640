package io.artifactvault.http.caching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.http.Fields;
import io.artifactvault.http.caching.ResponseChain.Head;
import io.artifactvault.http.caching.ResponseChain.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 §3, §4.1, §4.2 and §5.2.2, for what was reached by redirects. */
class ResponseChainTest {
    private static final Instant NOW = Instant.parse("1994-11-06T08:49:37Z");
    private static final Times TIMES = new Times(NOW, NOW, Optional.empty(), Duration.ofHours(1));
    private static final String EXPIRES = "Sun, 06 Nov 1994 09:49:37 GMT";

    private static Head head(int status, String... fields) {
        return new Head(status, Fields.of(fields));
    }

    private static ResponseChain chain(Head... heads) {
        return new ResponseChain(List.of(heads));
    }

    /** @param redirect and last as Cache-Control; {@code -} for none */
    private static ResponseChain chain(int status, String redirect, String last) {
        return chain(controlled(status, redirect), controlled(200, last));
    }

    private static Head controlled(int status, String control) {
        return control.equals("-") ? head(status) : head(status, "Cache-Control", control);
    }

    private static Optional<String> control(ResponseChain chain) {
        return chain.fields(TIMES).joined("Cache-Control");
    }

    private static Freshness freshness(ResponseChain chain) {
        return Freshness.of(chain.last().status(), chain.fields(TIMES), NOW, NOW, TIMES.otherwise());
    }

    @Test
    void oneResponseStaysAsItIs() {
        Fields fields = Fields.of("Vary", "B,a", "Cache-Control", "Max-Age=1,, public", "Expires", EXPIRES);

        assertThat(ResponseChain.of(200, fields).fields(TIMES)).isSameAs(fields);
        assertThatThrownBy(() -> new ResponseChain(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "302 | max-age=60 | max-age=100 | max-age=60",
                "302 | max-age=100 | max-age=60 | max-age=60",
                "302 | max-age=60 | max-age=60 | max-age=60",
                "302 | - | max-age=60 | max-age=0",
                "303 | - | max-age=60 | max-age=0",
                "307 | - | max-age=60 | max-age=0",
                "301 | - | max-age=60 | max-age=0",
                "308 | - | max-age=60 | max-age=0",
                "302 | max-age=60 | - | ",
                "302 | - | - | ",
                "302 | max-age=x | max-age=60 | max-age=0",
                "302 | no-store | max-age=60 | no-store, max-age=0",
                "302 | max-age=60, no-store | max-age=60 | no-store, max-age=60",
                "302 | private, max-age=60 | public, max-age=60 | private, max-age=60",
                "302 | public, max-age=60 | public, max-age=60 | public, max-age=60",
                "302 | max-age=60 | public, max-age=60 | max-age=60",
                "302 | public, max-age=60 | max-age=60 | max-age=60",
                "302 | no-cache | max-age=60 | no-cache, max-age=0",
                "302 | max-age=60, no-cache=\"a\" | max-age=60 | max-age=60",
                "302 | max-age=60 | max-age=60, no-cache=\"a, b\" | no-cache=\"a, b\", max-age=60",
                "302 | max-age=60, no-cache | max-age=60, no-cache=\"a\" | no-cache, max-age=60",
                "302 | max-age=60, must-revalidate | max-age=60 | must-revalidate, max-age=60",
                "302 | max-age=60 | max-age=60, proxy-revalidate | proxy-revalidate, max-age=60",
                "302 | max-age=60, no-transform | max-age=60 | no-transform, max-age=60",
                "302 | max-age=60 | max-age=60, immutable | max-age=60",
                "302 | max-age=60, immutable | max-age=60, immutable | immutable, max-age=60",
                "302 | max-age=60, foo | max-age=60, bar=\"a b\" | max-age=60, bar=\"a b\"",
                "302 | max-age=60, stale-while-revalidate=5 | max-age=60, stale-while-revalidate=9 | stale-while-revalidate=5, max-age=60",
                "302 | max-age=60 | max-age=60, stale-while-revalidate=9 | max-age=60",
                "302 | max-age=60, stale-if-error=5 | max-age=60, stale-if-error=9 | stale-if-error=5, max-age=60",
                "302 | max-age=60 | max-age=60, stale-if-error=9 | stale-if-error=9, max-age=60",
                "302 | max-age=60, stale-if-error=99999 | max-age=60 | stale-if-error=3600, max-age=60",
                "302 | s-maxage=60 | max-age=100 | max-age=0, s-maxage=60",
                "302 | max-age=10 | s-maxage=100, max-age=50 | max-age=10, s-maxage=10",
                "302 | s-maxage=60, max-age=5 | s-maxage=100, max-age=1 | max-age=1, s-maxage=60",
            })
    void theDirectivesOfAllHopsAreTakenTogether(int status, String redirect, String last, String together) {
        assertThat(control(chain(status, redirect, last))).isEqualTo(Optional.ofNullable(together));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age=60 | max-age=100 | 60",
                "max-age=100 | max-age=60 | 60",
                "s-maxage=60, max-age=1000 | max-age=100 | 60",
                "max-age=60 | s-maxage=10 | 10",
                "- | max-age=60 | 0",
                "no-cache | max-age=60 | 0",
                "max-age=60 | - | 0",
                "max-age=99999999999 | max-age=99999999998 | 2147483648",
            })
    void theShortestLifetimeCounts(String redirect, String last, long seconds) {
        Freshness freshness = freshness(chain(302, redirect, last));

        assertThat(freshness.left(NOW)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void theOrderOfTheHopsDoesNotMatter() {
        Head year = controlled(301, "max-age=31536000");
        Head minute = controlled(302, "max-age=60, must-revalidate");
        Head last = controlled(200, "public, max-age=31536000");

        assertThat(control(chain(year, minute, last))).isEqualTo(control(chain(minute, year, last)));
        assertThat(control(chain(year, minute, last))).contains("must-revalidate, max-age=60");
    }

    @Test
    void theAgeOfEachHopIsCounted() {
        ResponseChain agedRedirect =
                chain(head(302, "Cache-Control", "max-age=60", "Age", "50"), controlled(200, "max-age=100"));
        ResponseChain agedLast =
                chain(controlled(302, "max-age=60"), head(200, "Cache-Control", "max-age=5000", "Age", "1000"));

        assertThat(freshness(agedRedirect).left(NOW)).isEqualTo(Duration.ofSeconds(10));
        assertThat(control(agedLast)).contains("max-age=1060");
        assertThat(freshness(agedLast).left(NOW)).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void aHopThatIsStaleMakesAllStale() {
        ResponseChain chain =
                chain(head(302, "Cache-Control", "max-age=60", "Age", "90"), controlled(200, "max-age=100"));

        assertThat(control(chain)).contains("max-age=0");
        assertThat(freshness(chain).isFreshAt(NOW)).isFalse();
    }

    @Test
    void expiresCountsOfEachHopAndGivesWayToAShorterLifetime() {
        Head inAnHour = head(302, "Expires", EXPIRES);

        assertThat(control(chain(inAnHour, controlled(200, "max-age=5000")))).contains("max-age=3600");
        Fields shortened = chain(controlled(302, "max-age=60"), head(200, "Expires", EXPIRES))
                .fields(TIMES);
        assertThat(shortened.has("Expires")).isFalse();
        assertThat(shortened.joined("Cache-Control")).contains("max-age=60");
        Fields own = chain(controlled(302, "max-age=5000"), head(200, "Expires", EXPIRES))
                .fields(TIMES);
        assertThat(own.first("Expires")).contains(EXPIRES);
    }

    @ParameterizedTest
    @CsvSource({"301, 600", "308, 600", "302, 0", "303, 0", "307, 0"})
    void theOperatorsDefaultHoldsForPermanentRedirects(int status, int seconds) {
        Times times = new Times(NOW, NOW, Optional.of(Duration.ofMinutes(10)), Duration.ZERO);
        Fields fields = chain(status, "-", "max-age=5000").fields(times);

        assertThat(fields.joined("Cache-Control")).contains("max-age=" + seconds);
    }

    @Test
    void aPermanentRedirectWithLastModifiedHasAHeuristicLifetime() {
        Head moved = head(301, "Last-Modified", "Sun, 06 Nov 1994 08:32:57 GMT");

        assertThat(control(chain(moved, controlled(200, "max-age=5000")))).contains("max-age=100");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | `` | ``",
                "Foo | `` | foo",
                "`` | Foo | Foo",
                "foo | FOO | FOO",
                "foo | Bar | bar, foo",
                "* | Bar | *",
                "foo | * | *",
                "foo, * | `` | *",
            })
    void allHopsVary(String redirect, String last, String together) {
        ResponseChain chain = chain(varying(302, redirect), varying(200, last));

        assertThat(chain.fields(TIMES).joined("Vary").orElse("")).isEqualTo(together);
        assertThat(chain.forbidsStoring()).isEqualTo(together.equals("*"));
    }

    private static Head varying(int status, String vary) {
        return vary.isEmpty() ? head(status) : head(status, "Vary", vary);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age=60 | max-age=100 | max-age=5 | max-age=5 | max-age=5",
                "max-age=5 | max-age=100 | max-age=60 | max-age=5 | max-age=60",
                "max-age=60, must-revalidate | - | max-age=5 | must-revalidate, max-age=5 | max-age=0",
                "s-maxage=60 | max-age=5 | max-age=100 | s-maxage=60 | max-age=5",
                "private | max-age=60 | max-age=60 | private, max-age=0 | max-age=60",
            })
    void theTargetedFieldIsTakenTogetherForCachesAndTheOtherForClients(
            String targeted, String redirect, String last, String forCaches, String forClients) {
        Fields fields = controlled(302, redirect).fields().with("CDN-Cache-Control", targeted);
        ResponseChain chain = chain(new Head(302, fields), controlled(200, last));

        assertThat(chain.fields(TIMES).joined("CDN-Cache-Control")).contains(forCaches);
        assertThat(control(chain)).contains(forClients);
    }

    @Test
    void whatClientsAreForbiddenStaysForbiddenWhereTheCacheIsNot() {
        Head redirect = head(302, "CDN-Cache-Control", "max-age=60", "Cache-Control", "no-store");
        ResponseChain chain = chain(redirect, controlled(200, "max-age=100"));

        assertThat(chain.isStorable(Fields.EMPTY, TIMES)).isTrue();
        assertThat(chain.fields(TIMES).joined("CDN-Cache-Control")).contains("max-age=60");
        assertThat(control(chain)).contains("no-store, max-age=0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age=60 | max-age=60 | true",
                "- | max-age=60 | true",
                "no-cache | max-age=60 | true",
                "max-age=60 | - | false",
                "no-store | max-age=60 | false",
                "private | max-age=60 | false",
                "max-age=60 | private | false",
                "max-age=60 | no-store | false",
                "private=\"a\", max-age=60 | max-age=60 | true",
                "must-understand, no-store, max-age=60 | max-age=60 | false",
            })
    void everyHopMustPermitStoring(String redirect, String last, boolean storable) {
        assertThat(chain(302, redirect, last).isStorable(Fields.EMPTY, TIMES)).isEqualTo(storable);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age=60 | public, max-age=60 | false",
                "public, max-age=60 | max-age=60 | false",
                "public, max-age=60 | public, max-age=60 | true",
                "must-revalidate, max-age=60 | s-maxage=60 | true",
            })
    void everyHopMustPermitStoringWhatAuthorizationWasSentFor(String redirect, String last, boolean storable) {
        Fields request = Fields.of("Authorization", "Basic eA==");

        assertThat(chain(302, redirect, last).isStorable(request, TIMES)).isEqualTo(storable);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age=60 | max-age=60 | true",
                "- | max-age=60 | false",
                "public | max-age=60 | false",
                "max-age=60 | public | false",
                "no-cache | max-age=60 | false",
            })
    void everyHopMustNameALifetimeForWhatACookieWasSentFor(String redirect, String last, boolean storable) {
        Fields request = Fields.of("Cookie", "a=b");

        assertThat(chain(302, redirect, last).isStorable(request, TIMES)).isEqualTo(storable);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCookieOfAnyHopNeedsThePermissionOfThatHop(boolean open) {
        String control = open ? "public, max-age=60" : "max-age=60";
        Head setting = head(302, "Cache-Control", control, "Set-Cookie", "a=b");
        Head last = head(200, "Cache-Control", control, "Set-Cookie", "a=b");

        assertThat(chain(setting, controlled(200, "public, max-age=60")).isStorable(Fields.EMPTY, TIMES))
                .isEqualTo(open);
        assertThat(chain(controlled(302, "public, max-age=60"), last).isStorable(Fields.EMPTY, TIMES))
                .isEqualTo(open);
    }

    @Test
    void aRequestMayForbidStoring() {
        assertThat(chain(302, "max-age=60", "max-age=60").isStorable(Fields.of("Cache-Control", "no-store"), TIMES))
                .isFalse();
    }

    @Test
    void anotherEndKeepsTheWay() {
        ResponseChain chain = chain(302, "private", "max-age=60").endingWith(204, Fields.of("A", "b"));

        assertThat(chain.heads()).hasSize(2);
        assertThat(chain.last()).isEqualTo(head(204, "A", "b"));
        assertThat(chain.forbidsStoring()).isTrue();
    }
}
