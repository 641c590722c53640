package io.artifactvault.admin;

import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.cache.request.DecisionLog;
import io.artifactvault.cache.request.UpstreamTrace;
import io.artifactvault.server.Exchange;
import io.artifactvault.snapshot.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The latest exchanges, so that each can be explained by its id; limited in their number and in their memory, which is
 * a part of the memory budget. Written on event loops, which only put a reference into a ring; read rarely.
 * Thread-safe.
 */
public final class Diary implements Consumer<Exchange> {
    static final int KEPT = 8192;

    /** One part in this many of the memory budget is reserved for exchanges, up to a maximum. */
    private static final int PART = 8;

    private static final long MOST_BYTES = 16L << 20;

    /** The memory of a short exchange besides its texts, and of each step of its request to upstream. */
    private static final int OVERHEAD = 512;

    private static final int STEP = 128;

    private record Line(Exchange exchange, long endedAt, int size) {}

    private final AtomicReferenceArray<Line> ring = new AtomicReferenceArray<>(KEPT);
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong oldest = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final long mostBytes;

    /** Creates an empty diary, which reserves its part of the memory budget while the vault runs. */
    public Diary(MemoryBudget memory) {
        long part = Math.min(memory.most() / PART, MOST_BYTES);
        this.mostBytes = memory.hold(MemoryBudget.NO_CLIENT).grow(part) ? part : 0;
    }

    @Override
    public void accept(Exchange exchange) {
        Line line = new Line(exchange, System.currentTimeMillis(), size(exchange));
        bytes.addAndGet(line.size - size(ring.getAndSet((int) (count.getAndIncrement() % KEPT), line)));
        while (bytes.get() > mostBytes && oldest.get() < count.get()) {
            forgetOldest();
        }
    }

    /** Removes the oldest exchanges; those that the ring has overwritten are already removed. */
    private void forgetOldest() {
        long place = oldest.updateAndGet(last -> Math.max(last, count.get() - KEPT) + 1) - 1;
        bytes.addAndGet(-size(ring.getAndSet((int) (place % KEPT), null)));
    }

    private static int size(@Nullable Line line) {
        return line == null ? 0 : line.size;
    }

    /** The approximate memory in bytes of an exchange, whose path and title the server has shortened. */
    private static int size(Exchange exchange) {
        DecisionLog account = exchange.account();
        return OVERHEAD
                + exchange.client().length()
                + exchange.method().length()
                + exchange.path().length()
                + account.title().length()
                + account.decision().length()
                + STEP * account.steps().size();
    }

    /** The approximate memory in bytes of the exchanges. */
    long bytes() {
        return bytes.get();
    }

    /** The explanation of the exchange with that id; empty when it is unknown or forgotten. */
    Optional<Map<String, Object>> why(String id) {
        for (int i = 0; i < KEPT; i++) {
            Line line = ring.get(i);
            if (line != null && line.exchange.id().equals(id)) {
                return Optional.of(json(line));
            }
        }
        return Optional.empty();
    }

    private static Map<String, Object> json(Line line) {
        Exchange exchange = line.exchange;
        DecisionLog account = exchange.account();
        Map<String, Object> json = Json.of(
                "id", exchange.id(),
                "ended", Instant.ofEpochMilli(line.endedAt),
                "client", exchange.client(),
                "method", exchange.method(),
                "path", exchange.path(),
                "status", exchange.status(),
                "bytes", exchange.bytes(),
                "took_ms", exchange.took().toMillis(),
                "whole", exchange.whole(),
                "x_cache", exchange.cacheStatus().word(),
                "cache_status", exchange.cacheStatus().toField());
        json.put("backend", account.backend());
        json.put("resource", account.title());
        json.put("decision", account.decision());
        json.put("access", account.access());
        json.put("upstream", steps(account.steps()));
        return json;
    }

    private static List<Map<String, Object>> steps(List<UpstreamTrace.Step> steps) {
        return steps.stream()
                .map(step -> step.failure().isEmpty()
                        ? Json.of("host", step.host(), "status", step.status(), "took_ms", step.millis())
                        : Json.of("failure", step.failure()))
                .toList();
    }
}
