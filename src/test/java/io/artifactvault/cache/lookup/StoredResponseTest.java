package io.artifactvault.cache.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Upstream;
import io.artifactvault.backend.UpstreamAnswer;
import io.artifactvault.backend.Verdict;
import io.artifactvault.cache.FakeResource;
import io.artifactvault.cache.Site;
import io.artifactvault.cache.request.CacheSettings;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.caching.CachePolicy;
import io.artifactvault.http.caching.Freshness;
import io.artifactvault.http.caching.RequestPolicy;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.EntryBuilder;
import io.artifactvault.store.index.PointerValue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long a stored response may be used, and for what: by HTTP's rules, and by those of an ecosystem. */
class StoredResponseTest {
    private static final CacheSettings SETTINGS = CacheSettings.defaults();
    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private static Instant after(long seconds) {
        return THEN.plusSeconds(seconds);
    }

    private static RequestPolicy demanding(String directives) {
        return RequestPolicy.of(Fields.of("Cache-Control", directives));
    }

    // By HTTP's own rules.

    private static StoredResponse http(int status, String... fields) {
        Entry entry = EntryBuilder.entry("site")
                .status(status)
                .fields(Fields.of(fields))
                .at(THEN)
                .build();
        return StoredResponse.of(entry, Site.PLAIN, Optional.empty(), SETTINGS);
    }

    @Test
    void aResponseIsFreshForTheTimeThatItStates() {
        StoredResponse stored = http(200, "Cache-Control", "max-age=60");

        assertThat(stored.freshness().isFreshAt(after(59))).isTrue();
        assertThat(stored.freshness().isFreshAt(after(60))).isFalse();
        assertThat(stored.confirmedAt()).isEqualTo(THEN);
        assertThat(stored.arriving()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"max-age=60, 660", "'max-age=60, stale-if-error=5', 65", "'max-age=60, stale-if-error=0', 60"})
    void onErrorAResponseIsUsableForItsOwnTimeOrElseForTheBackends(String directives, long seconds) {
        StoredResponse stored = http(200, "Cache-Control", directives);

        assertThat(stored.isUsableOnError(after(seconds))).isTrue();
        assertThat(stored.isUsableOnError(after(seconds).plusNanos(1))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"must-revalidate", "proxy-revalidate", "s-maxage=60", "no-cache"})
    void aResponseThatForbidsItIsNeverUsedStale(String directive) {
        StoredResponse stored = http(200, "Cache-Control", "stale-while-revalidate=600, " + directive);

        assertThat(stored.isUsableOnError(THEN)).isFalse();
        assertThat(stored.isUsableMeanwhile(THEN)).isFalse();
    }

    @Test
    void theLifetimeOfAnErrorIsGuessedAtMostForTheBackendsTime() {
        String[] old = {"Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT"};

        assertThat(http(404, old).freshness().lifetime()).isEqualTo(Site.PLAIN.negativeTtl());
        assertThat(http(200, old).freshness().lifetime()).isGreaterThan(HOUR);
        assertThat(http(404, "Cache-Control", "max-age=1000").freshness().lifetime())
                .isEqualTo(Duration.ofSeconds(1000));
    }

    @Test
    void anErrorThatUpstreamHasConfirmedIsGuessedForLonger() {
        Entry first = EntryBuilder.entry("site").status(404).at(THEN).build().sinceThat(Optional.empty());
        Entry again = EntryBuilder.entry("site")
                .status(404)
                .fields(Fields.of("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT"))
                .at(after(10))
                .build()
                .sinceThat(Optional.of(first));

        assertThat(StoredResponse.of(again, Site.PLAIN, Optional.empty(), SETTINGS)
                        .freshness()
                        .lifetime())
                .isEqualTo(SETTINGS.confirmedNegativeTtl());
    }

    @Test
    void duringItsRevalidationAResponseIsUsableForTheTimeThatItStates() {
        StoredResponse stored = http(200, "Cache-Control", "max-age=60, stale-while-revalidate=30");

        assertThat(stored.isUsableMeanwhile(after(90))).isTrue();
        assertThat(stored.isUsableMeanwhile(after(90).plusNanos(1))).isFalse();
        assertThat(stored.isUsableMeanwhile(after(-60)))
                .as("recorded while the clock was ahead")
                .isFalse();
        assertThat(http(200, "Cache-Control", "max-age=60").isUsableMeanwhile(THEN))
                .as("stated by the response only")
                .isFalse();
    }

    @Test
    void theRequestsDirectivesDecideWhetherAResponseIsUsable() {
        StoredResponse stored = http(200, "Cache-Control", "max-age=60");

        assertThat(stored.isUsable(demanding(""), after(59))).isTrue();
        assertThat(stored.isUsable(demanding(""), after(60))).isFalse();
        assertThat(stored.isUsable(demanding("max-stale=5"), after(65))).isTrue();
        assertThat(stored.isUsable(demanding("no-cache"), after(1))).isFalse();
    }

    @Test
    void aConfirmationMeetsADemandForOneUntilTheMinimumIntervalIsOver() {
        StoredResponse stored = http(200, "Cache-Control", "max-age=60");
        Duration interval = Duration.ofSeconds(2);

        assertThat(stored.isJustConfirmed(interval, THEN)).isTrue();
        assertThat(stored.isJustConfirmed(interval, after(2).minusNanos(1))).isTrue();
        assertThat(stored.isJustConfirmed(interval, after(2))).isFalse();
        assertThat(stored.isJustConfirmed(interval, after(-5)))
                .as("within the tolerance of clocks")
                .isTrue();
        assertThat(stored.isJustConfirmed(interval, after(-6)))
                .as("recorded while the clock was ahead")
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"'max-age=60, no-cache'", "max-age=0", "max-age=1"})
    void noConfirmationIsSufficientForAResponseThatIsStaleOrMustBeRevalidated(String directives) {
        assertThat(http(200, "Cache-Control", directives).isJustConfirmed(HOUR, after(1)))
                .isFalse();
    }

    @Test
    void theCacheStatusTellsTheTimeThatIsLeft() {
        StoredResponse stored = http(200, "Cache-Control", "max-age=60");

        assertThat(stored.hit(after(20))).isEqualTo(CacheStatus.ofHit().withTtl(40));
        assertThat(stored.hit(after(70))).isEqualTo(CacheStatus.ofHit().withTtl(-10));
        assertThat(stored.justConfirmed(after(1)))
                .isEqualTo(CacheStatus.ofHit().withTtl(59).withDetail("just-confirmed"));
    }

    @Test
    void aResponseThatReplacesAFailureIsReportedAsStaleEvenIfItIsFresh() {
        StoredResponse stored = http(200, "Cache-Control", "max-age=60");

        assertThat(stored.staleIfError("busy", after(20)))
                .isEqualTo(CacheStatus.ofHit().withTtl(-1).withDetail("stale-if-error-busy"));
        assertThat(stored.staleIfError("busy", after(70)))
                .isEqualTo(CacheStatus.ofHit().withTtl(-10).withDetail("stale-if-error-busy"));
    }

    // By an ecosystem's rules.

    private static StoredResponse ecosystem(
            Entry entry, Resource requested, Resource resolved, Optional<PointerValue> pointer, Instant now) {
        Lookup<Resource> found = Lookup.of(resolved, pointer, Optional.of(entry), Optional.empty());
        return StoredResponse.of(entry, requested, found, SETTINGS, now);
    }

    private static StoredResponse ecosystem(Entry entry, Resource resource) {
        return ecosystem(entry, resource, resource, Optional.empty(), THEN);
    }

    private static Entry entry(String... fields) {
        return EntryBuilder.entry("x").fields(Fields.of(fields)).at(THEN).build();
    }

    private static Entry error(Optional<Entry> before, long seconds) {
        return EntryBuilder.entry("x").status(404).at(after(seconds)).build().sinceThat(before);
    }

    private static Optional<PointerValue> pointer(long seconds) {
        return Optional.of(new PointerValue("v1", after(seconds)));
    }

    @Test
    void aResourceIsFreshForItsLifetimeWhateverItsResponseStates() {
        StoredResponse stored =
                ecosystem(entry("Cache-Control", "no-cache, max-age=1"), FakeResource.FILE.living(HOUR));

        assertThat(stored.freshness()).isEqualTo(Freshness.lasting(HOUR, THEN));
        assertThat(stored.policy()).isEqualTo(StoredResponse.SILENT);
        assertThat(stored.isUsable(demanding(""), after(3599))).isTrue();
        assertThat(stored.isUsable(demanding(""), after(3600))).isFalse();
    }

    @Test
    void aResourceThatCannotChangeNeedsNoRevalidationAtAll() {
        StoredResponse stored = ecosystem(entry(), FakeResource.FILE);

        assertThat(stored.isUsable(demanding("no-cache"), after(1_000_000))).isTrue();
    }

    @Test
    void anImportedResponseMustBeConfirmedBeforeItIsUsedUnlessUpstreamFails() {
        StoredResponse stored = ecosystem(entry(Entry.UNCONFIRMED, "1"), FakeResource.FILE);

        assertThat(stored.isUsable(demanding(""), THEN)).isFalse();
        assertThat(stored.isUsableOnError(THEN)).isTrue();
    }

    @Test
    void onErrorAResponseIsUsableForTheEnginesTimeSinceUpstreamResponded() {
        Instant end = THEN.plus(SETTINGS.staleIfError());
        StoredResponse unnamed = ecosystem(entry(), FakeResource.FILE);
        FakeResource requested = FakeResource.FILE.named(HOUR);
        StoredResponse named = ecosystem(entry(), requested, requested.at("v1"), pointer(10), after(10));

        assertThat(unnamed.isUsableOnError(end)).isTrue();
        assertThat(unnamed.isUsableOnError(end.plusNanos(1))).isFalse();
        assertThat(named.usableUntil()).isEqualTo(end.plusSeconds(10));
    }

    @Test
    void contentThatCannotChangeIsAsFreshAndAsConfirmedAsItsName() {
        FakeResource requested = FakeResource.FILE.named(HOUR);
        StoredResponse stored = ecosystem(entry(), requested, requested.at("v1"), pointer(100), after(100));

        assertThat(stored.freshness()).isEqualTo(Freshness.lasting(HOUR, after(100)));
        assertThat(stored.confirmedAt()).isEqualTo(after(100));
    }

    @Test
    void theClockThatRecordedContentThatCannotChangeDoesNotMatter() {
        FakeResource requested = FakeResource.FILE.named(HOUR);
        Entry ahead = EntryBuilder.entry("x").at(THEN.plus(HOUR)).build();
        StoredResponse stored = ecosystem(ahead, requested, requested.at("v1"), pointer(0), THEN);

        assertThat(stored.freshness()).isEqualTo(Freshness.lasting(HOUR, THEN));
    }

    @Test
    void aNameWithoutAValueLeavesTheResponsesOwnLifetime() {
        FakeResource requested = FakeResource.FILE.living(HOUR).named(Duration.ofSeconds(1));

        assertThat(ecosystem(entry(), requested).freshness()).isEqualTo(Freshness.lasting(HOUR, THEN));
    }

    @Test
    void ofTwoLifetimesTheOneThatEndsFirstCountsAndTheEarlierConfirmation() {
        FakeResource shortName = FakeResource.FILE.living(HOUR).named(Duration.ofMinutes(1));
        FakeResource longName = FakeResource.FILE.living(HOUR).named(HOUR.multipliedBy(2));
        StoredResponse byName = ecosystem(entry(), shortName, shortName, pointer(100), after(100));
        StoredResponse byEntry = ecosystem(entry(), longName, longName, pointer(100), after(100));
        StoredResponse byOlderName = ecosystem(entry(), longName, longName, pointer(-7200), THEN);

        assertThat(byName.freshness()).isEqualTo(Freshness.lasting(Duration.ofMinutes(1), after(100)));
        assertThat(byName.confirmedAt()).isEqualTo(THEN);
        assertThat(byEntry.freshness()).isEqualTo(Freshness.lasting(HOUR, THEN));
        assertThat(byEntry.confirmedAt()).isEqualTo(THEN);
        assertThat(byOlderName.confirmedAt()).isEqualTo(after(-7200));
    }

    @Test
    void anErrorIsFreshForTheShorterOfItsOwnAndTheResourcesLifetime() {
        Duration negative = FakeResource.FILE.negativeTtl();
        FakeResource brief = FakeResource.FILE.living(Duration.ofSeconds(3));
        Entry first = error(Optional.empty(), 0);
        Entry again = error(Optional.of(first), negative.toSeconds());

        assertThat(ecosystem(first, FakeResource.FILE).freshness().lifetime()).isEqualTo(negative);
        assertThat(ecosystem(first, brief).freshness().lifetime()).isEqualTo(Duration.ofSeconds(3));
        assertThat(ecosystem(again, FakeResource.FILE).freshness().lifetime())
                .isEqualTo(SETTINGS.confirmedNegativeTtl());
    }

    /** A page whose responses state how long they live. */
    private record Page() implements Resource {
        @Override
        public String title() {
            return "page";
        }

        @Override
        public String key() {
            return "x";
        }

        @Override
        public Lifetime lifetime() {
            return Lifetime.byResponse(HOUR);
        }

        @Override
        public Upstream upstream() {
            return FakeResource.FILE.upstream();
        }

        @Override
        public Verdict judge(List<UpstreamAnswer> chain) {
            return new Verdict.Unexpected("nothing is judged here");
        }
    }

    @Test
    void aResponseMayStateItsOwnLifetimeAndPolicy() {
        String[] stated = {"Cache-Control", "max-age=60, must-revalidate"};
        StoredResponse stored = ecosystem(entry(stated), new Page());

        assertThat(stored.freshness().endsAt()).isEqualTo(after(60));
        assertThat(stored.policy()).isEqualTo(CachePolicy.of(Fields.of(stated)));
        assertThat(stored.isUsableOnError(after(61))).isFalse();
        assertThat(ecosystem(entry(), new Page()).freshness().endsAt()).isEqualTo(THEN.plus(HOUR));
    }

    @Test
    void anErrorOrAnImportedResponseDoesNotStateItsOwnLifetime() {
        Entry missing = EntryBuilder.entry("x")
                .status(404)
                .fields(Fields.of("Cache-Control", "max-age=9999"))
                .at(THEN)
                .build();
        Entry imported = entry("Cache-Control", "max-age=9999", Entry.UNCONFIRMED, "1");

        assertThat(ecosystem(missing, new Page()).freshness().lifetime()).isEqualTo(new Page().negativeTtl());
        assertThat(ecosystem(imported, new Page()).freshness().lifetime()).isZero();
    }
}
