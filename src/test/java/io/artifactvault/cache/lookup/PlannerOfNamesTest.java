package io.artifactvault.cache.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Resource;
import io.artifactvault.cache.FakeResource;
import io.artifactvault.cache.request.CacheSettings;
import io.artifactvault.http.CacheStatus.Forward;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Request;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.PointerValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an ecosystem's rules add to RFC 9111: names, content that cannot change, and who may have it. */
class PlannerOfNamesTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Resource NAMED = FakeResource.FILE.living(MINUTE).named(MINUTE);

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "get", "PROPFIND"})
    void onlyGetAndHeadAreAnsweredFromTheStore(String method) {
        assertThat(plan(method, FakeResource.FILE, stored(FakeResource.FILE, NOW), true))
                .isEqualTo(new Plan.Pass(Forward.METHOD));
    }

    @Test
    void aResourceThatMayNotBeStoredPassesThrough() {
        Resource resource = FakeResource.FILE.unstorable();

        assertThat(plan("GET", resource, stored(resource, NOW), true)).isEqualTo(new Plan.Pass(Forward.BYPASS));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMissIsFetched(boolean allowed) {
        Lookup<Resource> nothing = Lookup.nothing(FakeResource.FILE);

        assertThat(plan("GET", FakeResource.FILE, nothing, allowed)).isEqualTo(new Plan.Ask(Forward.URI_MISS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void aFreshEntryIsServedToACallerWithAccess(String method) {
        Resource resource = FakeResource.FILE.living(MINUTE);
        Lookup<Resource> found = stored(resource, NOW.minusSeconds(20));

        assertServedFor(40, plan(method, resource, found, true));
    }

    @Test
    void aFreshEntryIsNotServedWithoutAccess() {
        assertThat(plan("GET", FakeResource.FILE, stored(FakeResource.FILE, NOW), false))
                .isEqualTo(new Plan.Ask(Forward.REQUEST));
    }

    @ParameterizedTest
    @CsvSource({"59, true", "60, false", "61, false", "-5, true"})
    void freshnessEndsWithItsLifetime(long age, boolean fresh) {
        Resource resource = FakeResource.FILE.living(MINUTE);
        Plan plan = plan("GET", resource, stored(resource, NOW.minusSeconds(age)), true);

        assertThat(plan instanceof Plan.Serve).isEqualTo(fresh);
        assertThat(plan.equals(new Plan.Ask(Forward.STALE))).isEqualTo(!fresh);
    }

    @Test
    void aStaleEntryIsRevalidatedForACallerWithoutAccessToo() {
        Resource resource = FakeResource.FILE.living(MINUTE);

        assertThat(plan("GET", resource, stored(resource, NOW.minus(MINUTE)), false))
                .isEqualTo(new Plan.Ask(Forward.STALE));
    }

    @Test
    void aFileAtACommitIsFreshForEver() {
        assertThat(plan("GET", FakeResource.FILE, stored(FakeResource.FILE, Instant.EPOCH), true))
                .isInstanceOf(Plan.Serve.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 60", "59, 1"})
    void aFreshNameLeadsToAFileThatIsFreshForEver(long ageOfName, long ttl) {
        Lookup<Resource> found = pointed(NOW.minusSeconds(ageOfName), Instant.EPOCH);

        assertServedFor(ttl, plan("GET", NAMED, found, true));
    }

    @Test
    void aStaleNameIsAskedForHoweverFreshTheFile() {
        assertThat(plan("GET", NAMED, pointed(NOW.minus(MINUTE), NOW), true)).isEqualTo(new Plan.Ask(Forward.STALE));
    }

    @Test
    void aFreshNameDoesNotMakeAStaleEntryFresh() {
        Lookup<Resource> found = Lookup.of(
                FakeResource.FILE.living(MINUTE),
                Optional.of(new PointerValue("c", NOW)),
                Optional.of(entry(NOW.minus(MINUTE))),
                Optional.empty());

        assertThat(plan("GET", NAMED, found, true)).isEqualTo(new Plan.Ask(Forward.STALE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-cache", "max-age=0", "max-age=19", "min-fresh=41"})
    void aRequestMayDemandRevalidationOfAName(String directives) {
        assertThat(asking(directives, NAMED, pointed(NOW.minusSeconds(20), NOW), true))
                .isEqualTo(new Plan.Ask(Forward.REQUEST));
    }

    @ParameterizedTest
    @ValueSource(strings = {"max-age=20", "min-fresh=40", "max-stale", "only-if-cached"})
    void aNameThatIsFreshEnoughForTheRequestIsNotRevalidated(String directives) {
        assertServedFor(40, asking(directives, NAMED, pointed(NOW.minusSeconds(20), NOW), true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-cache", "no-store", "max-age=0", "min-fresh=999999999"})
    void immutableContentIsServedWhateverTheRequestDemands(String directives) {
        assertThat(asking(directives, FakeResource.FILE, stored(FakeResource.FILE, Instant.EPOCH), true))
                .isInstanceOf(Plan.Serve.class);
    }

    @Test
    void aStaleNameIsServedWithMaxStale() {
        Lookup<Resource> found = pointed(NOW.minusSeconds(70), NOW);

        assertServedFor(-10, asking("max-stale=10", NAMED, found, true));
        assertThat(asking("max-stale=9", NAMED, found, true)).isEqualTo(new Plan.Ask(Forward.STALE));
    }

    @ParameterizedTest
    @CsvSource({"only-if-cached, false", "'only-if-cached, max-stale', false", "'only-if-cached, no-cache', true"})
    void onlyIfCachedGrantsNoAccessAndSendsNoRequest(String directives, boolean allowed) {
        assertThat(asking(directives, NAMED, pointed(NOW, NOW), allowed)).isEqualTo(new Plan.Nothing());
    }

    @Test
    void aRequestWithNoStorePassesThrough() {
        Lookup<Resource> nothing = Lookup.nothing(FakeResource.FILE);

        assertThat(asking("no-store", NAMED, pointed(NOW, NOW), true)).isEqualTo(new Plan.Pass(Forward.REQUEST));
        assertThat(asking("no-store", FakeResource.FILE, nothing, false)).isEqualTo(new Plan.Pass(Forward.URI_MISS));
    }

    private static Plan plan(String method, Resource resource, Lookup<Resource> found, boolean allowed) {
        return plan(FakeResource.request(method), resource, found, allowed);
    }

    private static Plan plan(Request request, Resource resource, Lookup<Resource> found, boolean allowed) {
        Candidate candidate = new Candidate(
                found.entry().map(entry -> StoredResponse.of(entry, resource, found, settings(), NOW)),
                Forward.URI_MISS,
                allowed);
        return Planner.plan(request, Planner.passes(request, resource), candidate, Duration.ZERO, NOW);
    }

    private static CacheSettings settings() {
        return CacheSettings.defaults().toBuilder().staleIfError(MINUTE).build();
    }

    private static Plan asking(String cacheControl, Resource resource, Lookup<Resource> found, boolean allowed) {
        return plan(FakeResource.request("GET", "Cache-Control", cacheControl), resource, found, allowed);
    }

    private static void assertServedFor(long seconds, Plan plan) {
        assertThat(plan)
                .isInstanceOfSatisfying(
                        Plan.Serve.class,
                        serve ->
                                assertThat(serve.stored().freshness().left(NOW)).hasSeconds(seconds));
    }

    private static Lookup<Resource> stored(Resource actual, Instant checkedAt) {
        return Lookup.of(actual, Optional.empty(), Optional.of(entry(checkedAt)), Optional.empty());
    }

    private static Lookup<Resource> pointed(Instant nameAskedAt, Instant checkedAt) {
        return Lookup.of(
                NAMED.at("c"),
                Optional.of(new PointerValue("c", nameAskedAt)),
                Optional.of(entry(checkedAt)),
                Optional.empty());
    }

    private static Entry entry(Instant checkedAt) {
        return new Entry(
                "x", 200, Fields.EMPTY, OptionalLong.of(1), Optional.empty(), Optional.empty(), checkedAt, checkedAt);
    }
}
