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
    private static final String PROBES = "Probes of failing hosts since the start";

    private Gauges() {}

    /** Everything that the vault can count. */
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
        metrics.gauge("vault.fills.open", "Fetches under way or waiting", vault, Vault::openFills)
                .gauge("vault.clients.open", "Requests being answered now", clients, HttpServer::open)
                .gauge("vault.pinned.contents", "Contents that are pinned", index.pins(), Pins::size);
        show(metrics, clients);
        show(metrics, memory, vault);
        show(metrics, vault.registryTokens());
    }

    /** The size of the folder, and content that could not be stored. */
    private static void show(Metrics metrics, FileBlobStore blobs, SqliteEntryIndex index, StoreMaintenance upkeep) {
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
                        StoreMaintenance::refusedForSpace)
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

    private static void show(Metrics metrics, StoreMaintenance upkeep, Inventory ledger, StoreSettings settings) {
        metrics.gauge("vault.store.blobs", "Files that are stored", ledger, of -> total(of, Inventory.Totals::blobs))
                .gauge(
                        "vault.store.bytes",
                        "Bytes of the files that are stored",
                        ledger,
                        of -> total(of, Inventory.Totals::bytes))
                .gauge(
                        "vault.store.limit.bytes",
                        "How much all stored files may take together",
                        settings,
                        of -> of.eviction().maxSize())
                .count(
                        "vault.evicted.blobs",
                        "Files evicted for space since the start",
                        upkeep,
                        StoreMaintenance::evictedBlobs)
                .count(
                        "vault.evicted.bytes",
                        "Bytes evicted for space since the start",
                        upkeep,
                        StoreMaintenance::evictedBytes)
                .count(
                        "vault.saved.bytes",
                        "Bytes not fetched since the start, because their content was known by its digest",
                        upkeep,
                        StoreMaintenance::savedSinceStart);
    }

    /** The server resources that clients use, and their refused requests. */
    private static void show(Metrics metrics, HttpServer clients) {
        String refused = "Connections that were reset, because there were too many in all or of one client";
        String closed = "Connections that were closed because their client was too slow";
        metrics.gauge("vault.connections.open", "Connections of clients", clients, HttpServer::connections)
                .gauge("vault.connections.limit", "How many there may be", clients, HttpServer::maxConnections)
                .gauge("vault.connections.clients", "Addresses they come from", clients, HttpServer::clients)
                .count("vault.connections.refused", refused, clients, HttpServer::refusedInAll, "reason", "total")
                .count("vault.connections.refused", refused, clients, HttpServer::refusedOfClient, "reason", "client")
                .count("vault.connections.closed", closed, clients, HttpServer::closedIdle, "reason", "idle")
                .count("vault.connections.closed", closed, clients, HttpServer::closedSlowHeads, "reason", "head")
                .count("vault.connections.closed", closed, clients, HttpServer::closedSlowBodies, "reason", "body")
                .count("vault.connections.closed", closed, clients, HttpServer::closedSlowReaders, "reason", "reader");
    }

    /** The memory for clients' data, and requests to upstream for clients. */
    private static void show(Metrics metrics, MemoryBudget memory, Vault vault) {
        String refused = "Requests that were refused because of the memory that they would take";
        metrics.gauge("vault.buffered.bytes", "Memory that clients make the vault hold", memory, MemoryBudget::used)
                .gauge("vault.buffered.limit.bytes", "How much that may be", memory, MemoryBudget::most)
                .count("vault.buffered.refused", refused, memory, of -> of.refused(Refusal.TOTAL), "reason", "total")
                .count("vault.buffered.refused", refused, memory, of -> of.refused(Refusal.SHARE), "reason", "client")
                .count(
                        "vault.client.limited",
                        "Requests not sent upstream, because their client had caused too many",
                        vault,
                        Vault::limitedRequests)
                .count(
                        "vault.tokens.unasked",
                        "Questions with tokens that upstream has never accepted, not asked because there had been too many",
                        vault,
                        Vault::unaskedTokens)
                .count(
                        "vault.revalidations.spared",
                        "Requests not sent upstream, because the answer had been confirmed a moment before",
                        vault,
                        Vault::sparedRevalidations)
                .count(
                        "vault.requests.uncollapsed",
                        "Requests that did not wait for an equal one, because the last response was for one alone",
                        vault,
                        Vault::uncollapsedRequests);
    }

    /** The tokens that registries issue. */
    static void show(Metrics metrics, TokenClient tokens) {
        metrics.gauge(
                "vault.registry.tokens", "Names under which tokens of registries are kept", tokens, TokenClient::size);
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

    /** Permits held, and requests that wait for them. */
    private static void work(Metrics metrics, Vault vault) {
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

    /** No label contains a client: clients are in the log and in the admin API. */
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

    /** Requests that were sent again because the first was slow. */
    private static void hedges(Metrics metrics, Hedges hedges) {
        String help =
                "Requests sent once more because the first was slow, those that won, and those not sent for their budget";
        metrics.count("vault.upstream.hedges", help, hedges, Hedges::sentSoFar, "result", "sent")
                .count("vault.upstream.hedges", help, hedges, Hedges::wonSoFar, "result", "won")
                .count("vault.upstream.hedges", help, hedges, Hedges::refusedSoFar, "result", "refused");
    }

    /** The remaining rate limits that origins reported, and the origins that fail. */
    private static void show(Metrics metrics, OriginStack origin) {
        metrics.gauges(
                        "vault.upstream.rate.remaining",
                        "Requests that a rate limit of upstream leaves in this window, for the credential with the least",
                        () -> tagged(origin, RateReading::remaining))
                .gauges(
                        "vault.upstream.rate.reset.seconds",
                        "Until that window is over",
                        () -> tagged(origin, reading -> reading.reset().toSeconds()))
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

    /** A damaged index must not end the scrape. */
    private static double total(Inventory ledger, ToLongFunction<Inventory.Totals> of) {
        try {
            return of.applyAsLong(ledger.totals());
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
