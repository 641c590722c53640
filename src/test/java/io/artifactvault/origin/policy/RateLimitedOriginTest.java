package io.artifactvault.origin.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.artifactvault.http.Credential;
import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import io.artifactvault.origin.Answers;
import io.artifactvault.origin.HandClock;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginRequest;
import io.artifactvault.origin.RateSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An origin's limits are spent on what clients wait for, and not at all when they are spent. */
class RateLimitedOriginTest {
    private static final String POLICY = "\"fixed window\";\"resolvers\";q=3000;w=300";
    private static final OriginRequest FILE = on("resolvers");
    private static final OriginRequest API = on("api");

    private final HandClock clock = new HandClock();
    private final Answers wire = new Answers();
    private final RateLimitedOrigin origin = new RateLimitedOrigin(wire, RateSettings.defaults(), clock);

    private static OriginRequest on(String budget) {
        return OriginRequest.get(URI.create("https://hub.test/a")).on("hub", budget, true, List.of());
    }

    private OriginException failing(OriginRequest request) {
        return catchThrowableOfType(OriginException.class, () -> origin.send(request));
    }

    private void ask(OriginRequest request) throws OriginException {
        origin.send(request).close();
    }

    @Test
    void littleLeftIsKeptForWhatClientsWaitFor() throws Exception {
        wire.status(200, "RateLimit", "\"resolvers\";r=150;t=120", "RateLimit-Policy", POLICY);
        ask(FILE.whenConvenient());
        OriginException refused = failing(FILE.whenConvenient());
        assertThat(refused.failure()).isEqualTo(OriginFailure.RATE_SHORT);
        assertThat(refused).hasMessageContaining("retry in 120 s");
        ask(FILE);
        clock.pass(Duration.ofMinutes(2));
        ask(FILE.whenConvenient());
        assertThat(wire.asked()).hasSize(3);
    }

    @Test
    void enoughLeftIsForAll() throws Exception {
        wire.status(200, "RateLimit", "\"resolvers\";r=151;t=120", "RateLimit-Policy", POLICY);
        ask(FILE);
        ask(FILE.whenConvenient());
        assertThat(wire.asked()).hasSize(2);
    }

    @Test
    void after429NothingOfThatBudgetGoesOutUntilItsTimeIsOver() throws Exception {
        wire.status(429, "RateLimit", "\"resolvers\";r=0;t=123", "RateLimit-Policy", POLICY)
                .status(200);
        ask(FILE);
        clock.pass(Duration.ofSeconds(3));
        OriginException refused = failing(FILE);
        assertThat(refused.failure()).isEqualTo(OriginFailure.RATE_LIMITED);
        assertThat(refused.failure().clientStatus()).isEqualTo(429);
        assertThat(refused.retryAfter()).hasValue(Duration.ofMinutes(2));
        assertThat(refused.clientFields().first("Retry-After")).hasValue("120");
        assertThat(refused.clientFields().first("RateLimit-Policy")).hasValue(POLICY);
        clock.pass(Duration.ofMinutes(2));
        ask(FILE);
        assertThat(wire.asked()).hasSize(2);
    }

    @Test
    void retryAfterBeatsTheWindow() throws Exception {
        wire.status(429, "Retry-After", "7", "RateLimit", "\"resolvers\";r=0;t=123")
                .status(200);
        ask(FILE);
        assertThat(failing(FILE).retryAfter()).hasValue(Duration.ofSeconds(7));
        clock.pass(Duration.ofSeconds(7));
        ask(FILE);
    }

    @Test
    void a429ThatSaysNothingStopsNothing() throws Exception {
        wire.status(429);
        ask(FILE);
        ask(FILE);
        assertThat(wire.asked()).hasSize(2);
    }

    @Test
    void filesAndTheApiHaveBudgetsOfTheirOwn() throws Exception {
        wire.status(429, "Retry-After", "60", "RateLimit", "\"resolvers\";r=0;t=60")
                .status(200);
        ask(FILE);
        ask(API);
        assertThat(failing(FILE).failure()).isEqualTo(OriginFailure.RATE_LIMITED);
    }

    @Test
    void budgetsThatTheOriginCountsTogetherAreMerged() throws Exception {
        wire.status(200, "RateLimit", "\"all\";r=100;t=60")
                .status(200, "RateLimit", "\"all\";r=99;t=60")
                .status(429, "Retry-After", "60", "RateLimit", "\"all\";r=0;t=60");
        ask(FILE);
        ask(API);
        ask(API);
        assertThat(failing(FILE).failure()).isEqualTo(OriginFailure.RATE_LIMITED);
    }

    @Test
    void callersAndHostsHaveBudgetsOfTheirOwn() throws Exception {
        wire.status(429, "Retry-After", "60").status(200);
        ask(FILE);
        ask(FILE.withCredential(Optional.of(Credential.bearer("hf_a"))));
        ask(FILE.withUri(URI.create("https://cdn.test/a")));
        assertThat(failing(FILE).failure()).isEqualTo(OriginFailure.RATE_LIMITED);
    }

    /** A request of a backend behind whose origin there may be any services. */
    private static OriginRequest site(String path, String... fields) {
        return OriginRequest.get(URI.create("https://site.test" + path))
                .withFields(Fields.of(fields))
                .on("site", "", false, List.of());
    }

    @Test
    void a429OfOnePathStopsNoOtherWhereTheOriginMayHaveManyServices() throws Exception {
        wire.status(429, "Retry-After", "7").status(200);
        ask(site("/a"));
        ask(site("/b"));
        assertThat(failing(site("/a")).failure()).isEqualTo(OriginFailure.RATE_LIMITED);
        clock.pass(Duration.ofSeconds(7));
        ask(site("/a"));
    }

    @Test
    void a429ToOneClientsCookieStopsNoOtherClient() throws Exception {
        wire.status(429, "Retry-After", "7").status(200);
        ask(site("/a", "Cookie", "a=b"));
        ask(site("/a"));
        ask(site("/a", "Cookie", "c=d"));
        assertThat(failing(site("/a", "Cookie", "a=b")).failure()).isEqualTo(OriginFailure.RATE_LIMITED);
    }

    @Test
    void onePathIsAskedAgainAfterAMinuteAtMost() throws Exception {
        wire.status(429, "Retry-After", "3600").status(200);
        ask(site("/a"));
        assertThat(failing(site("/a")).retryAfter()).hasValue(Duration.ofMinutes(1));
        clock.pass(Duration.ofMinutes(1));
        ask(site("/a"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 60, 7200})
    void theOperatorSetsHowLongA429OfOnePathStopsRequestsAtMost(int seconds) throws Exception {
        Duration most = Duration.ofSeconds(seconds);
        RateLimitedOrigin paused = new RateLimitedOrigin(wire, new RateSettings(5, most), clock);
        wire.status(429, "Retry-After", "86400").status(200);
        paused.send(site("/a")).close();
        assertThatThrownBy(() -> paused.send(site("/a")))
                .extracting(refused -> ((OriginException) refused).retryAfter())
                .isEqualTo(Optional.of(most));
        assertThat(paused.refused()).isEqualTo(1);
        clock.pass(most);
        paused.send(site("/a")).close();
        assertThat(paused.refused()).isEqualTo(1);
    }

    @Test
    void withoutAPauseA429OfOnePathStopsNoRequest() throws Exception {
        RateLimitedOrigin eager = new RateLimitedOrigin(wire, new RateSettings(5, Duration.ZERO), clock);
        wire.status(429, "Retry-After", "3600").status(200);
        eager.send(site("/a")).close();
        eager.send(site("/a")).close();
        assertThat(eager.refused()).isZero();
    }

    @Test
    void theRemainderThatAnOriginReportsAppliesToAllItsPaths() throws Exception {
        wire.status(200, "RateLimit", "\"all\";r=1;t=60", "RateLimit-Policy", "\"all\";q=100;w=60")
                .status(200);
        ask(site("/a"));
        assertThat(failing(site("/b").whenConvenient()).failure()).isEqualTo(OriginFailure.RATE_SHORT);
        ask(site("/b"));
    }

    @Test
    void theSmallestRemainderOfASharedLimitIsReported() throws Exception {
        wire.status(200, "RateLimit", "\"resolvers\";r=2999;t=120")
                .status(200, "RateLimit", "\"resolvers\";r=7;t=90")
                .status(429, "Retry-After", "30");
        ask(FILE);
        ask(FILE.withCredential(Optional.of(Credential.bearer("hf_a"))));
        ask(API);
        OriginId host = OriginId.of(FILE.uri());
        assertThat(origin.rates())
                .containsExactlyInAnyOrder(
                        new RateReading(host, "resolvers", 7, Duration.ofSeconds(90)),
                        new RateReading(host, "api", 0, Duration.ofSeconds(30)));
        clock.pass(Duration.ofMinutes(2));
        assertThat(origin.rates()).isEmpty();
    }

    @Test
    void theFieldsOfDockerHubAreUnderstood() throws Exception {
        wire.status(200, "ratelimit-limit", "100;w=21600", "ratelimit-remaining", "4;w=21600");
        ask(FILE);
        assertThat(failing(FILE.whenConvenient()).failure()).isEqualTo(OriginFailure.RATE_SHORT);
        ask(FILE);
    }
}
