package io.artifactvault.app;

import io.artifactvault.admin.Metrics;
import io.artifactvault.origin.CarefulOrigin;
import io.artifactvault.origin.RateReading;
import io.artifactvault.store.Ledger;
import io.artifactvault.store.StoreSettings;
import java.io.IOException;
import java.util.List;
import java.util.function.ToLongFunction;

/** Shows what the parts of a vault count themselves. */
final class Gauges {
    private Gauges() {}

    static void show(Metrics metrics, Upkeep upkeep, Ledger ledger, StoreSettings settings) {
        metrics.gauge("vault.store.blobs", "Files that are stored", ledger, of -> total(of, Ledger.Totals::blobs))
                .gauge(
                        "vault.store.bytes",
                        "Bytes of the files that are stored",
                        ledger,
                        of -> total(of, Ledger.Totals::bytes))
                .gauge(
                        "vault.store.limit.bytes",
                        "How much all stored files may take together",
                        settings,
                        of -> of.eviction().maxSize())
                .count("vault.evicted.blobs", "Files evicted for space since the start", upkeep, Upkeep::evictedBlobs)
                .count("vault.evicted.bytes", "Bytes evicted for space since the start", upkeep, Upkeep::evictedBytes)
                .count(
                        "vault.saved.bytes",
                        "Bytes not fetched since the start, because their content was known by its digest",
                        upkeep,
                        Upkeep::savedSinceStart);
    }

    /** What origins said is left of their rate limits. */
    static void show(Metrics metrics, CarefulOrigin origin) {
        metrics.gauges(
                        "vault.upstream.rate.remaining",
                        "Requests that a rate limit of upstream leaves in this window, for the credential with the least",
                        () -> tagged(origin, RateReading::remaining))
                .gauges(
                        "vault.upstream.rate.reset.seconds",
                        "Until that window is over",
                        () -> tagged(origin, reading -> reading.reset().toSeconds()));
    }

    private static List<Metrics.Tagged> tagged(CarefulOrigin origin, ToLongFunction<RateReading> value) {
        return origin.rates().stream()
                .map(one -> new Metrics.Tagged(
                        value.applyAsLong(one), "host", one.origin().authority(), "limit", one.limit()))
                .toList();
    }

    /** A damaged index must not end the scrape. */
    private static double total(Ledger ledger, ToLongFunction<Ledger.Totals> of) {
        try {
            return of.applyAsLong(ledger.totals());
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
