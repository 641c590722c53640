package io.artifactvault.origin.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Fields;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All the ways in which origins tell their limits. */
class RateReportTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"resolvers\";r=0;t=123 | \"fixed window\";\"resolvers\";q=3000;w=300 | resolvers | 0 | 3000 | 123",
                "\"api\";r=480;t=12 | \"fixed window\";\"api\";q=500;w=300 | api | 480 | 500 | 12",
                "\"api\";t=12;r=480 | \"api\";w=300;q=500 | api | 480 | 500 | 12",
                "\"api\" ; r=480 ; t=12 | '' | api | 480 | -1 | 12",
                "\"api\";r=480 | \"api\";q=500;w=300 | api | 480 | 500 | 300",
                "\"a\";r=10;t=5, \"b\";r=2;t=50 | \"a\";q=20;w=60, \"b\";q=30;w=90 | b | 2 | 30 | 50",
                "limit=100, remaining=50, reset=30 | '' | '' | 50 | 100 | 30",
                "r=7;t=9 | '' | '' | 7 | -1 | 9",
            })
    void theStructuredForms(String limit, String policy, String name, long remaining, long quota, long window) {
        Fields fields = policy.isEmpty()
                ? Fields.of("RateLimit", limit)
                : Fields.of("ratelimit", limit, "ratelimit-policy", policy);
        RateReport report = RateReport.of(fields).orElseThrow();
        assertThat(report.name()).isEqualTo(name);
        assertThat(report.remaining()).isEqualTo(remaining);
        assertThat(report.quota()).isEqualTo(quota < 0 ? OptionalLong.empty() : OptionalLong.of(quota));
        assertThat(report.window()).isEqualTo(Duration.ofSeconds(window));
    }

    @Test
    void theOlderForms() {
        RateReport docker = RateReport.of(
                        Fields.of("ratelimit-limit", "100;w=21600", "ratelimit-remaining", "76;w=21600"))
                .orElseThrow();
        assertThat(docker).isEqualTo(new RateReport("", 76, OptionalLong.of(100), Duration.ofHours(6)));
        RateReport github = RateReport.of(Fields.of(
                        "X-RateLimit-Limit", "60", "X-RateLimit-Remaining", "3", "X-RateLimit-Reset", "99999999"))
                .orElseThrow();
        assertThat(github).isEqualTo(new RateReport("", 3, OptionalLong.of(60), Duration.ofDays(1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"api\"",
                "\"api\";r=1",
                "\"api\";t=1",
                "r=;t=;",
                "\"api\";r=x;t=y",
                "99999999999999999999",
                "r=99999999999999999999999;t=1",
            })
    void whatCannotBeUsedSaysNothing(String value) {
        assertThat(RateReport.of(Fields.of("RateLimit", value)).map(RateReport::remaining))
                .isNotPresent();
    }

    @Test
    void littleIsAShareOfTheWindow() {
        RateReport report = new RateReport("", 25, OptionalLong.of(500), Duration.ofSeconds(1));
        assertThat(report.isShort(5)).isTrue();
        assertThat(report.isShort(4)).isFalse();
        assertThat(new RateReport("", 1, OptionalLong.empty(), Duration.ofSeconds(1)).isShort(5))
                .isFalse();
        assertThat(new RateReport("", 0, OptionalLong.empty(), Duration.ofSeconds(1)).isShort(0))
                .isTrue();
    }
}
