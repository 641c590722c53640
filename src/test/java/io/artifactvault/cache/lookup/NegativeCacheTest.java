package io.artifactvault.cache.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Verdict.Kind;
import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.http.Fields;
import io.artifactvault.http.caching.RequestPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NegativeCacheTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Duration TTL = Duration.ofSeconds(10);
    private static final Duration FLOOR = Duration.ofSeconds(2);
    private final NegativeCache refusals = new NegativeCache(MemoryBudget.unlimited());

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404})
    void aRefusalIsRepeatedForSeconds(int status) {
        FetchOutcome.Final refusal = refusal(status);
        refusals.remember("k", refusal, TTL, NOW);

        assertThat(recent("k", NOW.plusSeconds(9))).contains(refusal);
        assertThat(recent("k", NOW.plusSeconds(10))).isEmpty();
        assertThat(recent("other", NOW)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 402, 410, 416, 206})
    void otherAnswersAreNotRepeated(int status) {
        refusals.remember("k", refusal(status), TTL, NOW);

        assertThat(recent("k", NOW)).isEmpty();
    }

    @Test
    void a404ThatUpstreamDidNotExplainIsNotRepeated() {
        refusals.remember("k", new FetchOutcome.Final(Kind.OTHER, 404, Fields.EMPTY, new byte[0], true), TTL, NOW);

        assertThat(recent("k", NOW)).isEmpty();
    }

    @Test
    void withoutATimeNothingIsRepeated() {
        refusals.remember("k", refusal(404), Duration.ZERO, NOW);

        assertThat(recent("k", NOW)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404})
    void aRefusalWithoutTheOriginsOwnCodeIsNotRepeated(int status) {
        refusals.remember("k", new FetchOutcome.Final(Kind.DENIED, status, Fields.EMPTY, new byte[0], false), TTL, NOW);

        assertThat(recent("k", NOW)).isEmpty();
    }

    @Test
    void aRequestForRevalidationGetsNoRefusalOlderThanTheFloor() {
        refusals.remember("k", refusal(404), TTL, NOW);
        RequestPolicy noCache = RequestPolicy.of(Fields.of("Cache-Control", "no-cache"));

        assertThat(refusals.recent("k", noCache, FLOOR, NOW.plusSeconds(1))).isPresent();
        assertThat(refusals.recent("k", noCache, FLOOR, NOW.plusSeconds(2))).isEmpty();
        assertThat(recent("k", NOW.plusSeconds(2))).isPresent();
    }

    @Test
    void aRefusalFromBeforeTheClockWasSetBackIsNotRepeated() {
        refusals.remember("k", refusal(404), TTL, NOW.plusSeconds(3600));

        assertThat(recent("k", NOW)).isEmpty();
    }

    private Optional<FetchOutcome.Final> recent(String key, Instant now) {
        return refusals.recent(key, RequestPolicy.of(Fields.EMPTY), FLOOR, now);
    }

    private static FetchOutcome.Final refusal(int status) {
        return new FetchOutcome.Final(Kind.ABSENT, status, Fields.EMPTY, new byte[0], true);
    }
}
