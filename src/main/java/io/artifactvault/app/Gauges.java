package io.artifactvault.app;

import io.artifactvault.admin.Metrics;
import io.artifactvault.cache.Vault;
import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.cache.content.MemoryBudget.Refusal;
import io.artifactvault.cache.upstream.TokenClient;
import io.artifactvault.cache.upstream.TokenLimit;
import io.artifactvault.cache.work.WorkReport;
import io.artifactvault.origin.Hedges;
import io.artifactvault.origin.policy.OriginStack;
import io.artifactvault.origin.policy.RateReading;
import io.artifactvault.server.HttpServer;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.blob.FileBlobStore;
import io.artifactvault.store.disk.Usage;
import io.artifactvault.store.index.Inventory;
import io.artifactvault.store.index.Pins;
import io.artifactvault.store.sqlite.SqliteEntryIndex;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** Registers gauges for the counts that the parts of a vault keep. */
final class Gauges {
    private static final String PROBES = "Probes of failing hosts since startup";

    private Gauges() {}

    /** Registers everything that the vault can count. */
    static void showAll(
            Metrics metrics,
            StoreSettings settings,
            Storage storage,
            OriginStack origin,
            Vault vault,
            HttpServer clients,
            MemoryBudget memory) {
        SqliteEntryIndex index = storage.index();
        show(metrics, origin);
        hedges(metrics, origin.hedges());
        work(metrics, vault);
        show(metrics, storage.upkeep(), index.ledger(), settings);
        show(metrics, storage.blobs(), index, storage.upkeep());
        metrics.gauge(
                        "vault.fills.open",
                        "Tasks that use upstream or the disk, in progress or waiting",
                        vault,
                        Vault::openFills)
                .gauge("vault.clients.open", "Responses in progress", clients, HttpServer::open)
                .gauge("vault.pinned.contents", "Pinned contents", index.pins(), Pins::size);
        show(metrics, clients);
        show(metrics, memory, vault);
        show(metrics, vault.registryTokens());
    }

    /** Registers the size of the folder, and counts of content that could not be stored. */
    private static void show(Metrics metrics, FileBlobStore blobs, SqliteEntryIndex index, StoreMaintenance upkeep) {
        metrics.gauge("vault.store.occupied.bytes", "Total size of the cache folder", blobs.usage(), Usage::total)
                .gauge(
                        "vault.store.running.bytes",
                        "Bytes of the cache folder that downloads in progress occupy",
                        blobs.usage(),
                        Usage::running)
                .gauge("vault.index.bytes", "Size of the index", index, SqliteEntryIndex::bytes)
                .gauge("vault.index.rows", "Responses in the index", index, Gauges::rows)
                .count(
                        "vault.index.evicted.rows",
                        "Rows of the index evicted for space since startup",
                        index,
                        SqliteEntryIndex::evictedRows)
                .count(
                        "vault.index.refused.rows",
                        "Rows not stored since startup, because the index was full or their key too long",
                        index,
                        SqliteEntryIndex::refusedRows)
                .count(
                        "vault.store.refused",
                        "Downloads since startup that the store had no room for, or that were too large for it",
                        upkeep,
                        StoreMaintenance::refusedForSpace)
                .count(
                        "vault.store.unreadable",
                        "Failed reads of stored content since startup",
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

    private static void show(Metrics metrics, StoreMaintenance upkeep, Inventory ledger, StoreSettings settings) {
        metrics.gauge("vault.store.blobs", "Stored blobs", ledger, of -> total(of, Inventory.Totals::blobs))
                .gauge("vault.store.bytes", "Bytes of stored blobs", ledger, of -> total(of, Inventory.Totals::bytes))
                .gauge(
                        "vault.store.limit.bytes",
                        "The maximum size of the cache folder",
                        settings,
                        of -> of.eviction().maxSize())
                .count(
                        "vault.evicted.blobs",
                        "Blobs evicted for space since startup",
                        upkeep,
                        StoreMaintenance::evictedBlobs)
                .count(
                        "vault.evicted.bytes",
                        "Bytes evicted for space since startup",
                        upkeep,
                        StoreMaintenance::evictedBytes)
                .count(
                        "vault.saved.bytes",
                        "Bytes not fetched since startup, because their content was already stored",
                        upkeep,
                        StoreMaintenance::savedSinceStart);
    }

    /** Registers the server resources that clients use, and their refused requests. */
    private static void show(Metrics metrics, HttpServer clients) {
        String refused = "Client connections reset at max_connections (total) or max_connections_per_client (client)";
        String closed = "Client connections closed because their client was too slow";
        metrics.gauge("vault.connections.open", "Open client connections", clients, HttpServer::connections)
                .gauge(
                        "vault.connections.limit",
                        "The maximum number of client connections",
                        clients,
                        HttpServer::maxConnections)
                .gauge(
                        "vault.connections.clients",
                        "Addresses with open client connections",
                        clients,
                        HttpServer::clients)
                .count("vault.connections.refused", refused, clients, HttpServer::refusedInAll, "reason", "total")
                .count("vault.connections.refused", refused, clients, HttpServer::refusedOfClient, "reason", "client")
                .count("vault.connections.closed", closed, clients, HttpServer::closedIdle, "reason", "idle")
                .count("vault.connections.closed", closed, clients, HttpServer::closedSlowHeads, "reason", "head")
                .count("vault.connections.closed", closed, clients, HttpServer::closedSlowBodies, "reason", "body")
                .count("vault.connections.closed", closed, clients, HttpServer::closedSlowReaders, "reason", "reader");
    }

    /** Registers the memory for clients' data and the requests that the vault sends upstream for clients. */
    private static void show(Metrics metrics, MemoryBudget memory, Vault vault) {
        String refused = "Requests refused because the memory for clients' data was in use";
        metrics.gauge("vault.buffered.bytes", "Memory in use for clients' data", memory, MemoryBudget::used)
                .gauge("vault.buffered.limit.bytes", "The maximum memory for clients' data", memory, MemoryBudget::most)
                .count("vault.buffered.refused", refused, memory, of -> of.refused(Refusal.TOTAL), "reason", "total")
                .count("vault.buffered.refused", refused, memory, of -> of.refused(Refusal.SHARE), "reason", "client")
                .count(
                        "vault.client.limited",
                        "Requests not sent upstream, because of max_client_rate",
                        vault,
                        Vault::limitedRequests)
                .count(
                        "vault.tokens.unasked",
                        "Requests not sent upstream, because too many had tokens that upstream has never accepted",
                        vault,
                        Vault::unaskedTokens)
                .count(
                        "vault.revalidations.spared",
                        "Requests not sent upstream, because of min_revalidate_interval",
                        vault,
                        Vault::sparedRevalidations)
                .count(
                        "vault.requests.uncollapsed",
                        "Requests not collapsed, because the last response could not be shared",
                        vault,
                        Vault::uncollapsedRequests);
    }

    /** Registers the tokens that registries issue. */
    static void show(Metrics metrics, TokenClient tokens) {
        metrics.gauge("vault.registry.tokens", "Tokens of registries in memory", tokens, TokenClient::size);
        for (TokenLimit limit : TokenLimit.values()) {
            metrics.count(
                    "vault.registry.tokens.limited",
                    "How often a limit on tokens of registries applied",
                    tokens,
                    of -> of.reached(limit),
                    "setting",
                    limit.setting());
        }
    }

    /** Registers the permits held and the requests that wait for them. */
    private static void work(Metrics metrics, Vault vault) {
        metrics.gauges(
                        "vault.fill.places.held",
                        "Places for fills and inspections in use",
                        () -> places(vault, WorkReport.Place::held))
                .gauges(
                        "vault.fill.places.waiting",
                        "Fills and inspections that wait for a place",
                        () -> places(vault, WorkReport.Place::waiting))
                .gauge(
                        "vault.questions.open",
                        "Requests to upstream in progress for which clients wait",
                        vault,
                        of -> of.work().questions())
                .gauge(
                        "vault.fills.lingering",
                        "Fills that continue without a reader",
                        vault,
                        of -> of.work().lingering())
                .count(
                        "vault.fills.deserted",
                        "Fills ended since startup because no reader returned",
                        vault,
                        of -> of.work().deserted())
                .count(
                        "vault.questions.refused",
                        "Requests refused since startup because too many were in progress",
                        vault,
                        of -> of.work().refused());
    }

    /** The values for each backend. No label names a client; the log and the admin API do. */
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

    /** Registers the requests that were sent again because the first was slow. */
    private static void hedges(Metrics metrics, Hedges hedges) {
        String help =
                "Requests sent again because the first was slow, those that won, and those refused for lack of budget";
        metrics.count("vault.upstream.hedges", help, hedges, Hedges::sentSoFar, "result", "sent")
                .count("vault.upstream.hedges", help, hedges, Hedges::wonSoFar, "result", "won")
                .count("vault.upstream.hedges", help, hedges, Hedges::refusedSoFar, "result", "refused");
    }

    /** Registers the remaining rate limits that origins reported, and the origins that fail. */
    private static void show(Metrics metrics, OriginStack origin) {
        metrics.gauges(
                        "vault.upstream.rate.remaining",
                        "Requests left in this window of upstream's rate limit, for the credential with the fewest",
                        () -> tagged(origin, RateReading::remaining))
                .gauges(
                        "vault.upstream.rate.reset.seconds",
                        "Seconds until the window of the rate limit ends",
                        () -> tagged(origin, reading -> reading.reset().toSeconds()))
                .count(
                        "vault.upstream.rate.refused",
                        "Requests that were not sent because upstream had responded 429",
                        origin,
                        OriginStack::refusedByRate)
                .gauges(
                        "vault.upstream.failing",
                        "1 for each upstream host that is failing and receives only probes",
                        () -> failing(origin))
                .count("vault.upstream.probes", PROBES, origin, OriginStack::answeredProbes, "result", "answered")
                .count("vault.upstream.probes", PROBES, origin, OriginStack::unansweredProbes, "result", "failed");
    }

    private static List<Metrics.Tagged> failing(OriginStack origin) {
        return origin.failing().stream()
                .map(one -> new Metrics.Tagged(1, "host", one.authority()))
                .toList();
    }

    private static List<Metrics.Tagged> tagged(OriginStack origin, ToLongFunction<RateReading> value) {
        return origin.rates().stream()
                .map(one -> new Metrics.Tagged(
                        value.applyAsLong(one), "host", one.origin().authority(), "limit", one.limit()))
                .toList();
    }

    /** A total from the inventory; unknown if the index is damaged, which must not abort the whole scrape. */
    private static double total(Inventory ledger, ToLongFunction<Inventory.Totals> of) {
        try {
            return of.applyAsLong(ledger.totals());
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
