package io.artifactvault.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Fields;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 §3, §3.5 and §5.2.2.3. */
class StorabilityTest {
    private static final Instant NOW = Instant.parse("1994-11-06T08:49:37Z");
    private static final String MODIFIED = "Sat, 05 Nov 1994 08:49:37 GMT";

    private static boolean isStorable(Fields request, int status, Fields response) {
        Freshness freshness = Freshness.of(status, response, NOW, NOW, Optional.empty());
        return Storability.isStorable(request, status, response, freshness);
    }

    private static boolean isStorable(int status, String... response) {
        return isStorable(Fields.EMPTY, status, Fields.of(response));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                200, 201, 202, 203, 204, 299, 300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 410, 414, 418, 429,
                499, 500, 501, 502, 503, 504, 599
            })
    void everyFinalStatusWithALifetimeIsStorable(int status) {
        assertThat(isStorable(status, "Cache-Control", "max-age=60")).isTrue();
        assertThat(isStorable(status, "Expires", "Sun, 06 Nov 1994 09:49:37 GMT"))
                .isTrue();
        assertThat(isStorable(status, "CDN-Cache-Control", "max-age=60")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {412, 416, 417})
    void refusalsThatDependOnOneRequestAreNotStored(int status) {
        assertThat(isStorable(status, "Cache-Control", "max-age=60", "ETag", "\"a\""))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 102, 103, 206, 304})
    void interimAndPartialAnswersAndConfirmationsAreNotWholeResponses(int status) {
        assertThat(isStorable(status, "Cache-Control", "max-age=60", "ETag", "\"a\""))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "max-age=60 | true",
                "s-maxage=60 | true",
                "max-age=60, foo | true",
                "no-store | false",
                "nO-StOrE | false",
                "no-store, max-age=60 | false",
                "no-store=\"x\", max-age=60 | false",
                "private, max-age=60 | false",
                "Private, max-age=60 | false",
                "private=\"\", max-age=60 | false",
                "private=\"Set-Cookie\", max-age=60 | true",
                "private, s-maxage=60 | false",
                "no-cache, max-age=60 | true",
                "no-cache=\"A\", max-age=60 | true",
                "must-revalidate, max-age=60 | true",
                "no-store, must-understand, max-age=60 | true",
                "must-understand, max-age=60 | true",
                "private, must-understand, max-age=60 | false",
                "foo=\"no-store\", max-age=60 | true",
            })
    void theDirectivesOfTheResponseDecide(String control, boolean storable) {
        assertThat(isStorable(200, "Cache-Control", control)).isEqualTo(storable);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "max-age=60 | max-age=60 | true",
                "no-store | max-age=60 | true",
                "private | max-age=60 | true",
                "max-age=60 | no-store | false",
                "max-age=60 | private | false",
                "max-age=60 | max-age=60, no-store;x | false",
                "no-store | max-age=60, &&& | false",
                "no-store | max-age=\"60\" | false",
            })
    void theTargetedFieldDecidesWhereItIsSound(String control, String targeted, boolean storable) {
        assertThat(isStorable(200, "Cache-Control", control, "CDN-Cache-Control", targeted))
                .isEqualTo(storable);
    }

    @ParameterizedTest
    @CsvSource({"200, true", "404, true", "503, true", "599, false", "299, false", "499, false"})
    void mustUnderstandAdmitsOnlyKnownStatuses(int status, boolean storable) {
        assertThat(isStorable(status, "Cache-Control", "max-age=60, no-store, must-understand"))
                .isEqualTo(storable);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age=60 | false",
                "public, max-age=60 | true",
                "must-revalidate, max-age=60 | true",
                "s-maxage=60 | true",
                "proxy-revalidate, max-age=60 | false",
                "no-cache, max-age=60 | false",
                "public, no-store | false",
            })
    void aResponseToAuthorizationNeedsExplicitPermission(String control, boolean storable) {
        Fields request = Fields.of("Authorization", "Basic eA==");

        assertThat(isStorable(request, 200, Fields.of("Cache-Control", control)))
                .isEqualTo(storable);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "max-age=60 | false",
                "s-maxage=60 | false",
                "must-revalidate, max-age=60 | false",
                "no-cache, max-age=60 | false",
                "public, max-age=60 | true",
                "PUBLIC, max-age=60 | true",
                "max-age=60, private=\"set-cookie\" | true",
                "max-age=60, no-cache=\"A, Set-Cookie\" | true",
                "max-age=60, private=\"Set-Cookie2\" | false",
            })
    void aResponseThatSetsACookieNeedsExplicitPermission(String control, boolean storable) {
        assertThat(isStorable(200, "Cache-Control", control, "Set-Cookie", "a=b"))
                .isEqualTo(storable);
        assertThat(isStorable(200, "Cache-Control", control)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Cache-Control | max-age=60 | true",
                "Cache-Control | s-maxage=60 | true",
                "Expires | Sun, 06 Nov 1994 09:49:37 GMT | true",
                "Cache-Control | public | false",
                "Cache-Control | no-cache | false",
                "ETag | \"a\" | false",
            })
    void aResponseToACookieIsNotStoredHeuristically(String name, String value, boolean storable) {
        Fields response = Fields.of(name, value, "Last-Modified", MODIFIED);

        assertThat(isStorable(Fields.of("Cookie", "a=b"), 200, response)).isEqualTo(storable);
        assertThat(isStorable(Fields.EMPTY, 200, response)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-store", "No-Store", "max-age=0, no-store"})
    void aRequestMayForbidStoring(String control) {
        Fields request = Fields.of("Cache-Control", control);

        assertThat(isStorable(request, 200, Fields.of("Cache-Control", "max-age=60")))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "200, true",
        "203, true",
        "204, true",
        "404, true",
        "410, true",
        "501, true",
        "201, false",
        "202, false",
        "302, false",
        "403, false",
        "500, false",
        "503, false",
        "599, false",
    })
    void withoutALifetimeTheStatusMustBeOfTheHeuristicKind(int status, boolean storable) {
        assertThat(isStorable(status, "Last-Modified", MODIFIED)).isEqualTo(storable);
        assertThat(isStorable(status, "ETag", "\"a\"")).isEqualTo(storable);
        assertThat(isStorable(status, "Last-Modified", MODIFIED, "Cache-Control", "public"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 404, 500})
    void aResponseWithNeitherLifetimeNorValidatorIsNotStored(int status) {
        assertThat(isStorable(status, "Content-Type", "text/plain")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "*, Foo", "Foo, *", ", *", "*, *", " * "})
    void varyStarMatchesNoRequest(String vary) {
        assertThat(isStorable(200, "Cache-Control", "max-age=60", "Vary", vary)).isFalse();
        assertThat(isStorable(200, "Cache-Control", "max-age=60", "Vary", "", "Vary", vary))
                .isFalse();
    }
}
