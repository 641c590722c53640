package io.artifactvault.cache.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.cache.FakeHttpResource;
import io.artifactvault.cache.FakeResource;
import io.artifactvault.cache.request.CacheSettings;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Fields;
import io.artifactvault.http.ReadyBody;
import io.artifactvault.http.Request;
import io.artifactvault.store.index.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9111 §4, §4.2.4 and §5.2.1; RFC 5861 §3. What an ecosystem's rules add is in {@link PlannerOfNamesTest}. */
class PlannerTest {
    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");
    private static final FakeHttpResource RESOURCE = new FakeHttpResource(Duration.ofSeconds(100));

    private static Plan plan(Request request, Optional<StoredResponse> stored, boolean othersStored, Instant now) {
        Forward otherwise = othersStored ? Forward.VARY_MISS : Forward.URI_MISS;
        return Planner.plan(
                request, Planner.passes(request, RESOURCE), new Candidate(stored, otherwise, true), Duration.ZERO, now);
    }

    private static Optional<StoredResponse> stored(String... fields) {
        Fields all = Fields.of(fields);
        Entry entry = new Entry("k", 200, all, OptionalLong.of(1), Optional.empty(), Optional.empty(), THEN, THEN);
        return Optional.of(StoredResponse.of(entry, RESOURCE, Optional.empty(), CacheSettings.defaults()));
    }

    /** What comes of a request with that Cache-Control for an answer with that one, so many seconds later. */
    private static String plan(String directives, String control, long later) {
        Request request = directives.isEmpty()
                ? FakeResource.request("GET")
                : FakeResource.request("GET", "Cache-Control", directives);
        return plan(request, stored("Cache-Control", control), false, THEN.plusSeconds(later))
                .inWords()
                .replaceFirst(" the stored response$", "")
                .replaceFirst("^respond 504.*", "504");
    }

    @Test
    void aResourceWithAnOverlongKeyIsPassed() {
        Request request = FakeResource.request("GET");
        assertThat(Planner.passes(request, RESOURCE)).isEmpty();
        assertThat(Planner.passes(request, RESOURCE.keyed("k".repeat(4000)))).isEmpty();
        assertThat(Planner.passes(request, RESOURCE.keyed("k".repeat(4001)))).contains(Forward.BYPASS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | max-age=60 | 0 | serve",
                "`` | max-age=60 | 59 | serve",
                "`` | max-age=60 | 60 | forward to upstream (stale)",
                "`` | max-age=60 | 61 | forward to upstream (stale)",
                "`` | max-age=0 | 0 | forward to upstream (stale)",
                "`` | max-age=60, no-cache | 0 | forward to upstream (request)",
                "`` | max-age=60, no-cache=\"a\" | 0 | serve",
                "`` | max-age=60, must-revalidate | 0 | serve",
                "`` | max-age=60, must-revalidate | 60 | forward to upstream (stale)",
                "`` | max-age=60, immutable | 59 | serve",
                "`` | max-age=60, immutable | 60 | forward to upstream (stale)",
                "foo | max-age=60 | 0 | serve",
                "no-cache | max-age=60 | 0 | forward to upstream (request)",
                "No-Cache | max-age=60 | 0 | forward to upstream (request)",
                "no-store | max-age=60 | 0 | pass through (request)",
                "max-age=0 | max-age=60 | 1 | forward to upstream (request)",
                "max-age=10 | max-age=60 | 10 | serve",
                "max-age=10 | max-age=60 | 11 | forward to upstream (request)",
                "max-age=x | max-age=60 | 1 | forward to upstream (request)",
                "max-age=100 | max-age=60 | 60 | forward to upstream (stale)",
                "min-fresh=10 | max-age=60 | 50 | serve",
                "min-fresh=10 | max-age=60 | 51 | forward to upstream (request)",
                "min-fresh=100 | max-age=60 | 0 | forward to upstream (request)",
                "max-stale | max-age=60 | 100000 | serve",
                "max-stale=10 | max-age=60 | 70 | serve",
                "max-stale=10 | max-age=60 | 71 | forward to upstream (stale)",
                "max-stale=x | max-age=60 | 61 | forward to upstream (stale)",
                "max-stale | max-age=60, must-revalidate | 61 | forward to upstream (stale)",
                "max-stale | max-age=60, proxy-revalidate | 61 | forward to upstream (stale)",
                "max-stale | s-maxage=60 | 61 | forward to upstream (stale)",
                "max-stale | max-age=60, no-cache | 61 | forward to upstream (stale)",
                "max-stale, max-age=65 | max-age=60 | 64 | serve",
                "max-stale, max-age=65 | max-age=60 | 66 | forward to upstream (stale)",
                "max-stale, min-fresh=1 | max-age=60 | 61 | forward to upstream (stale)",
                "only-if-cached | max-age=60 | 0 | serve",
                "only-if-cached | max-age=60 | 60 | 504",
                "only-if-cached, max-stale | max-age=60 | 60 | serve",
                "only-if-cached, no-cache | max-age=60 | 0 | 504",
                "`` | max-age=60, stale-while-revalidate=30 | 59 | serve",
                "`` | max-age=60, stale-while-revalidate=30 | 60 | serve the stored response and refresh it",
                "`` | max-age=60, stale-while-revalidate=30 | 90 | serve the stored response and refresh it",
                "`` | max-age=60, stale-while-revalidate=30 | 91 | forward to upstream (stale)",
                "`` | max-age=60, stale-while-revalidate=x | 61 | forward to upstream (stale)",
                "`` | max-age=60, stale-while-revalidate=30, must-revalidate | 61 | forward to upstream (stale)",
                "`` | max-age=60, stale-while-revalidate=30, no-cache | 61 | forward to upstream (stale)",
                "no-cache | max-age=60, stale-while-revalidate=30 | 61 | forward to upstream (stale)",
                "max-age=0 | max-age=60, stale-while-revalidate=30 | 61 | forward to upstream (stale)",
                "min-fresh=1 | max-age=60, stale-while-revalidate=30 | 61 | forward to upstream (stale)",
            })
    void theDirectivesOfBothSidesDecide(String directives, String control, long later, String plan) {
        assertThat(plan(directives, control, later)).isEqualTo(plan);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "M-SEARCH", "get"})
    void onlyReadsAreAnsweredFromTheStore(String method) {
        assertThat(plan(FakeResource.request(method), stored("Cache-Control", "max-age=60"), false, THEN))
                .isInstanceOf(Plan.Pass.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"If-Match", "If-Unmodified-Since"})
    void conditionsOnTheOriginsStateGoToTheOrigin(String name) {
        assertThat(plan(FakeResource.request("GET", name, "x"), stored("Cache-Control", "max-age=60"), false, THEN))
                .isInstanceOf(Plan.Pass.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-store", "no-store, no-cache", "no-store, max-age=0"})
    void aRequestWithNoStorePassesThrough(String directives) {
        Request request = FakeResource.request("GET", "Cache-Control", directives);

        assertThat(plan(request, stored("Cache-Control", "max-age=60"), false, THEN))
                .isEqualTo(new Plan.Pass(Forward.REQUEST));
        assertThat(plan(request, Optional.empty(), true, THEN)).isEqualTo(new Plan.Pass(Forward.VARY_MISS));
    }

    @Test
    void aMissIsFetchedWithItsReason() {
        assertThat(plan(FakeResource.request("GET"), Optional.empty(), false, THEN)
                        .inWords())
                .isEqualTo("forward to upstream (uri-miss)");
        assertThat(plan(FakeResource.request("HEAD"), Optional.empty(), true, THEN)
                        .inWords())
                .isEqualTo("forward to upstream (vary-miss)");
        assertThat(plan(FakeResource.request("GET", "Cache-Control", "only-if-cached"), Optional.empty(), true, THEN))
                .isInstanceOf(Plan.Nothing.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-age=60 | 60 | true",
                "max-age=60 | 160 | true",
                "max-age=60 | 161 | false",
                "max-age=60, stale-if-error=10 | 70 | true",
                "max-age=60, stale-if-error=10 | 71 | false",
                "max-age=60, stale-if-error=1000 | 1060 | true",
                "max-age=60, must-revalidate | 61 | false",
                "max-age=60, proxy-revalidate, stale-if-error=10 | 61 | false",
                "s-maxage=60 | 61 | false",
                "max-age=60, no-cache | 61 | false",
            })
    void aStaleResponseIsServedOnAnUpstreamErrorIfAllowed(String control, long later, boolean usable) {
        assertThat(stored("Cache-Control", control).orElseThrow().isUsableOnError(THEN.plusSeconds(later)))
                .isEqualTo(usable);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void aReadWithContentGoesToTheOriginWhateverIsStored(String method) {
        Request plain = FakeResource.request(method, "Cache-Control", "only-if-cached");
        Request asking = new Request(
                method,
                plain.target(),
                plain.fields(),
                plain.base(),
                Optional.of(new ReadyBody(new byte[] {1})),
                plain.early(),
                plain.client());

        assertThat(plan(asking, stored("Cache-Control", "max-age=60"), false, THEN))
                .isEqualTo(new Plan.Pass(Forward.REQUEST));
        assertThat(plan(plain, stored("Cache-Control", "max-age=60"), false, THEN))
                .isInstanceOf(Plan.Serve.class);
    }
}
