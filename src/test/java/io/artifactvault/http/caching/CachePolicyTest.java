package io.artifactvault.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Fields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9213 §2, RFC 9111 §4.2.4 and §5.2.2. */
class CachePolicyTest {
    private static CachePolicy policy(String targeted) {
        return CachePolicy.of(Fields.of("CDN-Cache-Control", targeted, "Cache-Control", "no-store, s-maxage=7"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "max-age=10 | 10",
                "max-age=10;x=1 | 10",
                "max-age=0 | 0",
                "max-age=-1 | 0",
                "max-age=99999999999 | 2147483648",
                "foo, max-age=10, bar=\"x\" | 10",
                "max-age=1, max-age=2 | 2",
                "s-maxage=4, max-age=9 | 4",
            })
    void aSoundTargetedFieldCountsAlone(String field, long seconds) {
        assertThat(policy(field).targeted()).isTrue();
        assertThat(policy(field).explicitSeconds()).hasValue(seconds);
        assertThat(policy(field).directives().has("no-store")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "max-age=10, &&&&&",
                "max-age=\"10\"",
                "max-age=1.5",
                "max-age",
                "max-age=ten",
                "max-age =10",
                "max-age= 10",
                "MaX-aGe=10",
                "max-age=10,",
            })
    void aTargetedFieldThatIsEmptyOrUnsoundIsIgnored(String field) {
        assertThat(policy(field).targeted()).isFalse();
        assertThat(policy(field).explicitSeconds()).hasValue(7);
        assertThat(policy(field).directives().has("no-store")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"no-store | true", "no-store=?1 | true", "no-store=?0 | false", "no-store;a=1 | true"})
    void aFlagCountsUnlessItIsFalse(String field, boolean there) {
        assertThat(policy(field + ", max-age=1").directives().has("no-store")).isEqualTo(there);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "must-revalidate | true",
                "max-age=1, Must-Revalidate | true",
                "proxy-revalidate | true",
                "s-maxage=1 | true",
                "no-cache | true",
                "no-cache=\"a\" | true",
                "max-age=1 | false",
                "immutable | false",
                "public | false",
                "stale-if-error=5 | false",
            })
    void someDirectivesForbidStaleUse(String field, boolean forbidden) {
        assertThat(CachePolicy.of(Fields.of("Cache-Control", field)).forbidsStale())
                .isEqualTo(forbidden);
    }

    @Test
    void onlyABareNoCacheNeedsValidationEachTime() {
        assertThat(CachePolicy.of(Fields.of("Cache-Control", "no-cache")).needsValidation())
                .isTrue();
        assertThat(CachePolicy.of(Fields.of("Cache-Control", "no-cache=\"a\"")).needsValidation())
                .isFalse();
    }
}
