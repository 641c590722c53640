package io.artifactvault.cache.lookup;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.backend.Lifetime;
import io.artifactvault.backend.Resource;
import io.artifactvault.backend.Resource.Name;
import io.artifactvault.cache.content.Progress;
import io.artifactvault.cache.request.CacheSettings;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.caching.CachePolicy;
import io.artifactvault.http.caching.ClockSkew;
import io.artifactvault.http.caching.Directives;
import io.artifactvault.http.caching.Freshness;
import io.artifactvault.http.caching.RequestPolicy;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.PointerValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A stored response that a request selects.
 *
 * @param freshness according to the response's own fields, or to the ecosystem's rules for its names
 * @param policy the response's cache directives; empty if the ecosystem's rules apply instead
 * @param confirmedAt when upstream last confirmed all of it: the response and the name under which it is requested
 * @param usableUntil until when it may be served although upstream fails, unless the policy forbids that
 * @param arriving its content while it is still being received; empty once it is stored
 */
public record StoredResponse(
        Entry entry,
        Freshness freshness,
        CachePolicy policy,
        Instant confirmedAt,
        Instant usableUntil,
        Optional<Progress> arriving) {
    private static final RequestPolicy NO_DIRECTIVES = new RequestPolicy(Directives.NONE);

    /** The {@link CacheStatus#detail} of a response that upstream confirmed less than the minimum interval ago. */
    static final String JUST_CONFIRMED = "just-confirmed";

    /** The policy of a response without cache directives. */
    static final CachePolicy SILENT = new CachePolicy(Directives.NONE, false);

    /** A stored response that is governed by HTTP's own rules. */
    public static StoredResponse of(
            Entry entry, HttpResource resource, Optional<Progress> arriving, CacheSettings settings) {
        CachePolicy policy = CachePolicy.of(entry.fields());
        Freshness stated = Freshness.of(
                entry.status(), entry.fields(), entry.requestedAt(), entry.checkedAt(), resource.defaultTtl());
        Freshness freshness = entry.isError()
                ? stated.guessedAtMost(entry.errorLifetime(resource.negativeTtl(), settings.confirmedNegativeTtl()))
                : stated;
        OptionalLong own = policy.directives().seconds("stale-if-error");
        Duration window = own.isPresent() ? Duration.ofSeconds(own.getAsLong()) : resource.staleIfError();
        return new StoredResponse(
                entry, freshness, policy, entry.checkedAt(), freshness.endsAt().plus(window), arriving);
    }

    /**
     * A stored response that is governed by an ecosystem's rules: it is fresh only while both the response and the name
     * under which it is requested are.
     *
     * @param now the time at which the shorter of the two lifetimes is chosen
     */
    public static StoredResponse of(
            Entry entry, Resource requested, Lookup<Resource> found, CacheSettings settings, Instant now) {
        Optional<PointerValue> pointer = found.pointer();
        Freshness ofEntry = ofEntry(entry, requested, found, settings);
        Freshness freshness = requested
                .name()
                .flatMap(name -> pointer.map(value -> ofName(name, value)))
                .filter(ofName -> isUnchanging(ofEntry) || ofName.left(now).compareTo(ofEntry.left(now)) < 0)
                .orElse(ofEntry);
        return new StoredResponse(
                entry,
                freshness,
                found.resolved().lifetime().byResponse() ? CachePolicy.of(entry.fields()) : SILENT,
                confirmedAt(ofEntry, freshness),
                found.respondedAt().plus(settings.staleIfError()),
                Optional.empty());
    }

    /**
     * When upstream last confirmed the response. If the response cannot change, only the confirmation of its name
     * counts; otherwise the earlier of the two confirmations.
     */
    private static Instant confirmedAt(Freshness ofEntry, Freshness ofBoth) {
        boolean unchanging = isUnchanging(ofEntry);
        boolean earlier = ofEntry.receivedAt().isBefore(ofBoth.receivedAt());
        return earlier && !unchanging ? ofEntry.receivedAt() : ofBoth.receivedAt();
    }

    private static Freshness ofEntry(Entry entry, Resource requested, Lookup<Resource> found, CacheSettings settings) {
        Lifetime lifetime = found.resolved().lifetime();
        return lifetime.byResponse() && !entry.isError() && !entry.isUnconfirmed()
                ? Freshness.of(
                        entry.status(),
                        entry.fields(),
                        entry.requestedAt(),
                        entry.checkedAt(),
                        Optional.of(lifetime.time()))
                : Freshness.lasting(lifetime(entry, requested, found, settings), entry.checkedAt());
    }

    private static Duration lifetime(Entry entry, Resource requested, Lookup<Resource> found, CacheSettings settings) {
        if (entry.isUnconfirmed()) {
            return Duration.ZERO;
        }
        Duration usual = found.resolved().lifetime().time();
        if (!entry.isError()) {
            return usual;
        }
        Duration error = entry.errorLifetime(requested.negativeTtl(), settings.confirmedNegativeTtl());
        return error.compareTo(usual) < 0 ? error : usual;
    }

    private static boolean isUnchanging(Freshness freshness) {
        return freshness.lifetime().compareTo(Lifetime.FOREVER.time()) >= 0;
    }

    /** How long the last known value of a name may be used. */
    static Freshness ofName(Name name, PointerValue value) {
        return Freshness.lasting(name.ttl(), value.askedAt());
    }

    /** The Cache-Status of a hit on this response. */
    public CacheStatus hit(Instant now) {
        return CacheStatus.ofHit().withTtl(freshness.left(now).toSeconds());
    }

    /**
     * The Cache-Status of this response when it is served because upstream fails. It is then reported as stale, even if
     * it is fresh.
     */
    public CacheStatus staleIfError(String reason, Instant now) {
        long ttl = Math.min(freshness.left(now).toSeconds(), -1);
        return CacheStatus.ofHit().withTtl(ttl).withDetail("stale-if-error-" + reason);
    }

    /** Whether it may be used without a request to upstream, according to the request's directives. */
    boolean isUsable(RequestPolicy directives, Instant now) {
        return isPermanent() || directives.accepts(freshness, policy, now);
    }

    /**
     * Whether upstream confirmed it so recently that a request's demand for revalidation counts as already met; never
     * true for a response that must always be revalidated.
     */
    boolean isJustConfirmed(Duration minInterval, Instant now) {
        return !ClockSkew.isAhead(confirmedAt, now)
                && now.isBefore(confirmedAt.plus(minInterval))
                && NO_DIRECTIVES.accepts(freshness, policy, now);
    }

    /** The cache status if a recent revalidation counts as the one that the request demands. */
    public CacheStatus justConfirmed(Instant now) {
        return hit(now).withDetail(JUST_CONFIRMED);
    }

    /**
     * A response that cannot change needs no revalidation, regardless of its age and of the request: directives of
     * requests are advice (RFC 9111 §5.2.1).
     */
    private boolean isPermanent() {
        return isUnchanging(freshness);
    }

    /** Whether it may be used although upstream fails (RFC 9111 §4.2.4, RFC 5861 §4). */
    public boolean isUsableOnError(Instant now) {
        return !policy.forbidsStale() && !now.isAfter(usableUntil);
    }

    /** Whether it may be used while it is being revalidated (RFC 5861 §3). */
    boolean isUsableMeanwhile(Instant now) {
        OptionalLong window = policy.directives().seconds("stale-while-revalidate");
        return window.isPresent()
                && !policy.forbidsStale()
                && !freshness.isAheadOf(now)
                && !now.isAfter(freshness.endsAt().plusSeconds(window.getAsLong()));
    }
}
