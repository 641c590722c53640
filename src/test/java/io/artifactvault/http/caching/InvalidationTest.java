package io.artifactvault.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Fields;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 §4.4. */
class InvalidationTest {
    private static final URI TARGET = URI.create("http://a.example/x/y?q");

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "M-SEARCH", "get", "UNKNOWN"})
    void whatMayChangeTheTargetMakesItInvalid(String method) {
        assertThat(Invalidation.targets(method, TARGET, 200, Fields.EMPTY)).containsExactly(TARGET);
        assertThat(Invalidation.isSafe(method)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "TRACE"})
    void safeMethodsInvalidateNothing(String method) {
        assertThat(Invalidation.targets(method, TARGET, 200, Fields.of("Location", "/z")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "200, true",
        "201, true",
        "204, true",
        "302, true",
        "303, true",
        "400, false",
        "404, false",
        "500, false",
        "100, false"
    })
    void onlyResponsesWithoutAnErrorInvalidate(int status, boolean invalid) {
        assertThat(Invalidation.targets("POST", TARGET, status, Fields.EMPTY).isEmpty())
                .isNotEqualTo(invalid);
    }

    @ParameterizedTest
    @CsvSource({
        "z, http://a.example/x/z",
        "/z, http://a.example/z",
        "/z#part, http://a.example/z",
        "?z, http://a.example/x/?z",
        "http://a.example/z, http://a.example/z",
        "http://A.example:80/z, http://A.example:80/z",
        "' /z ', http://a.example/z",
    })
    void locationsOnTheSameOriginBecomeInvalidToo(String location, URI invalid) {
        for (String name : new String[] {"Location", "Content-Location"}) {
            assertThat(Invalidation.targets("PUT", TARGET, 201, Fields.of(name, location)))
                    .containsExactly(TARGET, invalid);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://b.example/z",
                "https://a.example/z",
                "http://a.example:8080/z",
                "//b.example/z",
                "http://[",
                "mailto:x"
            })
    void locationsOfOtherOriginsStayValid(String location) {
        assertThat(Invalidation.targets("PUT", TARGET, 201, Fields.of("Location", location)))
                .containsExactly(TARGET);
    }

    @Test
    void eachTargetIsNamedOnce() {
        Fields fields = Fields.of("Location", "/z", "Content-Location", "/z");

        assertThat(Invalidation.targets("POST", TARGET, 201, fields)).hasSize(2);
    }
}
