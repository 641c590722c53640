package io.artifactvault.app;

import io.artifactvault.admin.Metrics;
import io.artifactvault.cache.Vault;
import io.artifactvault.cache.WorkReport;
import io.artifactvault.origin.CarefulOrigin;
import io.artifactvault.origin.RateReading;
import io.artifactvault.store.Ledger;
import io.artifactvault.store.StoreSettings;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

    /** Who is at work, and who waits. */
    static void show(Metrics metrics, Vault vault) {
        metrics.gauges(
                        "vault.fill.places.held",
                        "Places of fills and inspections that are taken",
                        () -> places(vault, WorkReport.Place::held))
                .gauges(
                        "vault.fill.places.waiting",
                        "Fills and inspections that wait for a place",
                        () -> places(vault, WorkReport.Place::waiting))
                .gauge(
                        "vault.questions.open",
                        "Requests to upstream under way that clients wait for",
                        vault,
                        of -> of.work().questions())
                .gauge(
                        "vault.fills.lingering",
                        "Fills that go on without a reader",
                        vault,
                        of -> of.work().lingering())
                .count(
                        "vault.fills.deserted",
                        "Fills ended since the start because no reader came back",
                        vault,
                        of -> of.work().deserted())
                .count(
                        "vault.questions.refused",
                        "Requests refused since the start because too many were under way",
                        vault,
                        of -> of.work().refused());
    }

    /** No label holds a client: those are in the log and in the admin API. */
    private static List<Metrics.Tagged> places(Vault vault, ToLongFunction<WorkReport.Place> value) {
        Map<List<String>, Long> sums = new TreeMap<>(Comparator.comparing(List::toString));
        vault.work()
                .places()
                .forEach(place ->
                        sums.merge(List.of(place.kind(), place.backend()), value.applyAsLong(place), Long::sum));
        return sums.entrySet().stream()
                .map(one -> new Metrics.Tagged(
                        one.getValue(),
                        "kind",
                        one.getKey().getFirst(),
                        "backend",
                        one.getKey().getLast()))
                .toList();
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
