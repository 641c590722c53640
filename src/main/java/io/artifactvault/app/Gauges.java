package io.artifactvault.app;

import io.artifactvault.admin.Metrics;
import io.artifactvault.origin.CarefulOrigin;
import io.artifactvault.origin.RateReading;
import io.artifactvault.store.FileBlobStore;
import io.artifactvault.store.Ledger;
import io.artifactvault.store.SqliteEntryIndex;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.Usage;
import java.io.IOException;
import java.util.List;
import java.util.function.ToLongFunction;

/** Shows what the parts of a vault count themselves. */
final class Gauges {
    private Gauges() {}

    /** What the folder takes, and what does not get in. */
    static void show(Metrics metrics, FileBlobStore blobs, SqliteEntryIndex index, Upkeep upkeep) {
        metrics.gauge(
                        "vault.store.occupied.bytes",
                        "Bytes that the cache folder takes in all",
                        blobs.usage(),
                        Usage::total)
                .gauge("vault.store.running.bytes", "Bytes that fetches under way take", blobs.usage(), Usage::running)
                .gauge("vault.index.bytes", "Bytes that the index takes", index, SqliteEntryIndex::bytes)
                .gauge("vault.index.rows", "Answers that the index knows", index, Gauges::rows)
                .count("vault.index.evicted.rows", "Rows evicted since the start", index, SqliteEntryIndex::evictedRows)
                .count(
                        "vault.index.refused.rows",
                        "Rows not kept since the start, because the index was full or their key too long",
                        index,
                        SqliteEntryIndex::refusedRows)
                .count(
                        "vault.store.refused",
                        "Fetches that the store had no room for since the start",
                        upkeep,
                        Upkeep::refusedForSpace)
                .count(
                        "vault.store.unreadable",
                        "Reads of stored content that failed since the start",
                        blobs,
                        FileBlobStore::unreadable);
    }

    private static double rows(SqliteEntryIndex index) {
        try {
            return index.ledger().entries();
        } catch (IOException e) {
            return Double.NaN;
        }
    }

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
