package io.artifactvault.cache;

import io.artifactvault.backend.HttpResource;
import io.artifactvault.http.CachePolicy;
import io.artifactvault.http.Freshness;
import io.artifactvault.store.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A stored answer that a request selects.
 *
 * @param freshness of the answer
 * @param arriving its content while that still comes; empty when it is in the store
 */
record Stored(Entry entry, Freshness freshness, Optional<Progress> arriving) {
    static Stored of(Entry entry, HttpResource resource, Optional<Progress> arriving) {
        Freshness freshness = Freshness.of(
                entry.status(), entry.fields(), entry.requestedAt(), entry.checkedAt(), resource.defaultTtl());
        return new Stored(entry, freshness, arriving);
    }

    CachePolicy policy() {
        return CachePolicy.of(entry.fields());
    }

    /** How long it has been stale; negative while it is fresh. */
    Duration staleness(Instant now) {
        return freshness.left(now).negated();
    }

    /** Whether it may be used although upstream fails (RFC 9111 §4.2.4, RFC 5861 §4). */
    boolean isUsableOnError(HttpResource resource, Instant now) {
        OptionalLong own = policy().directives().seconds("stale-if-error");
        Duration window = own.isPresent() ? Duration.ofSeconds(own.getAsLong()) : resource.staleIfError();
        return !policy().forbidsStale() && staleness(now).compareTo(window) <= 0;
    }

    /** Whether it may be used while it is asked for anew (RFC 5861 §3). */
    boolean isUsableMeanwhile(Instant now) {
        OptionalLong window = policy().directives().seconds("stale-while-revalidate");
        return window.isPresent()
                && !policy().forbidsStale()
                && staleness(now).compareTo(Duration.ofSeconds(window.getAsLong())) <= 0;
    }
}
