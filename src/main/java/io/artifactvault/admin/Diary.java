package io.artifactvault.admin;

import io.artifactvault.cache.Account;
import io.artifactvault.cache.Trail;
import io.artifactvault.server.Exchange;
import io.artifactvault.snapshot.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * The latest exchanges, so that each can be explained by its id. Told on event loops, where it only puts a reference into a ring;
 * asked rarely. Thread-safe.
 */
public final class Diary implements Consumer<Exchange> {
    static final int KEPT = 8192;

    private record Line(Exchange exchange, long endedAt) {}

    private final AtomicReferenceArray<Line> ring = new AtomicReferenceArray<>(KEPT);
    private final AtomicLong count = new AtomicLong();

    @Override
    public void accept(Exchange exchange) {
        int place = (int) (count.getAndIncrement() % KEPT);
        ring.set(place, new Line(exchange, System.currentTimeMillis()));
    }

    /** Why the exchange with that id ended as it did; empty when it is not known, or not any more. */
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
        Account account = exchange.account();
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

    private static List<Map<String, Object>> steps(List<Trail.Step> steps) {
        return steps.stream()
                .map(step -> step.failure().isEmpty()
                        ? Json.of("host", step.host(), "status", step.status(), "took_ms", step.millis())
                        : Json.of("failure", step.failure()))
                .toList();
    }
}
