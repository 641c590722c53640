package io.artifactvault.origin.policy;

import io.artifactvault.http.OriginId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An origin's rate limits for one credential, found under the origin's name for the limit, or under the backend's.
 * Guarded by this.
 */
final class RateLimits {
    private static final int MOST_NAMES = 100;

    private final Map<String, RateBudget> byName = new LinkedHashMap<>();
    private final Map<String, RateBudget> byBudget = new LinkedHashMap<>();

    synchronized Optional<RateBudget> of(String budget) {
        return Optional.ofNullable(byBudget.get(budget));
    }

    /**
     * Records a report. One without a name describes the limit that requests of this budget are known to count against.
     */
    synchronized RateBudget learn(String budget, Optional<RateReport> report) {
        RateBudget known = byBudget.computeIfAbsent(budget, _ -> new RateBudget());
        String name = report.map(RateReport::name).orElse("");
        RateBudget named =
                name.isEmpty() || byName.size() > MOST_NAMES ? known : byName.computeIfAbsent(name, _ -> known);
        byBudget.put(budget, named);
        return named;
    }

    /** What remains of each limit, under the origin's name for it if there is one. */
    synchronized List<RateReading> readings(OriginId origin, Duration now) {
        Map<String, RateBudget> all = new LinkedHashMap<>(byName);
        byBudget.forEach((budget, limit) -> {
            if (!byName.containsValue(limit)) {
                all.put(budget, limit);
            }
        });
        return all.entrySet().stream()
                .flatMap(limit -> limit.getValue().reading(origin, limit.getKey(), now).stream())
                .toList();
    }
}
