package io.artifactvault.origin;

import io.artifactvault.http.Fields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an answer says about one rate limit. Read leniently: names quoted or not, parameters in any order, fields absent.
 *
 * <ul>
 *   <li>{@code RateLimit: "api";r=480;t=123} with {@code RateLimit-Policy: "fixed window";"api";q=500;w=300}, as the Hub
 *       has it (draft-ietf-httpapi-ratelimit-headers from its eighth edition on)
 *   <li>{@code RateLimit: limit=100, remaining=50, reset=30}, as before that
 *   <li>{@code RateLimit-Limit: 100;w=21600} with {@code RateLimit-Remaining: 76;w=21600}, as Docker Hub has it, and
 *       {@code X-RateLimit-*}
 * </ul>
 *
 * @param name of the limit; empty when it has none
 * @param remaining requests left in this window
 * @param quota requests in a whole window
 * @param window until it is over, at most
 */
record RateReport(String name, long remaining, OptionalLong quota, Duration window) {
    private static final Pattern PARAMETER =
            Pattern.compile("[;,\\s]*([A-Za-z]+)\\s*=\\s*(\\d{1,15}+)(?!\\d)|[;,\\s]*\"([^\"]{0,100})\"");

    private static final Pattern NUMBER = Pattern.compile("\\s*(\\d{1,15}+)(?!\\d)\\s*(.*)");

    /** Longer than any window in use; a wrong field must not stop us for longer. */
    private static final long LONGEST_WINDOW = Duration.ofDays(1).toSeconds();

    /** The report that leaves the least; empty when the answer has none that can be used. */
    static Optional<RateReport> of(Fields fields) {
        Map<String, Map<String, Long>> policies = items(fields.joined("RateLimit-Policy"));
        List<RateReport> reports = new ArrayList<>();
        items(fields.joined("RateLimit")).forEach((name, values) -> {
            Map<String, Long> policy = policies.getOrDefault(name, Map.of());
            reports.addAll(report(name, values, policy).stream().toList());
        });
        return reports.isEmpty()
                ? older(fields)
                : reports.stream().min(Comparator.comparingLong(RateReport::remaining));
    }

    private static Optional<RateReport> report(String name, Map<String, Long> values, Map<String, Long> policy) {
        Optional<Long> remaining = first(values, "r", "remaining");
        Optional<Long> window = first(values, "t", "reset").or(() -> first(policy, "w"));
        Optional<Long> quota = first(policy, "q").or(() -> first(values, "limit"));
        return remaining.isPresent() && window.isPresent()
                ? Optional.of(of(name, remaining.get(), quota, window.get()))
                : Optional.empty();
    }

    private static RateReport of(String name, long remaining, Optional<Long> quota, long window) {
        OptionalLong most = quota.stream().mapToLong(Long::longValue).findFirst();
        return new RateReport(name, remaining, most, Duration.ofSeconds(Math.min(window, LONGEST_WINDOW)));
    }

    /** Structured fields, as far as they matter here: strings open an item, {@code key=number} belongs to it, the least of them if several do. */
    private static Map<String, Map<String, Long>> items(Optional<String> field) {
        Map<String, Map<String, Long>> items = new HashMap<>();
        String name = "";
        Matcher part = PARAMETER.matcher(field.orElse(""));
        while (part.find()) {
            if (part.group(3) != null) {
                name = part.group(3);
            } else {
                items.computeIfAbsent(name, _ -> new HashMap<>())
                        .merge(part.group(1).toLowerCase(Locale.ROOT), Long.parseLong(part.group(2)), Math::min);
            }
        }
        return items;
    }

    private static Optional<RateReport> older(Fields fields) {
        Optional<Matcher> remaining = number(fields, "RateLimit-Remaining");
        Optional<Matcher> limit = number(fields, "RateLimit-Limit");
        Optional<Long> window = number(fields, "RateLimit-Reset")
                .map(reset -> Long.parseLong(reset.group(1)))
                .or(() -> remaining.flatMap(RateReport::window))
                .or(() -> limit.flatMap(RateReport::window));
        return remaining.isPresent() && window.isPresent()
                ? Optional.of(of(
                        "",
                        Long.parseLong(remaining.get().group(1)),
                        limit.map(l -> Long.parseLong(l.group(1))),
                        window.get()))
                : Optional.empty();
    }

    private static Optional<Matcher> number(Fields fields, String name) {
        return fields.first(name)
                .or(() -> fields.first("X-" + name))
                .map(NUMBER::matcher)
                .filter(Matcher::matches);
    }

    private static Optional<Long> window(Matcher number) {
        return first(items(Optional.of(number.group(2))).getOrDefault("", Map.of()), "w");
    }

    private static Optional<Long> first(Map<String, Long> values, String... keys) {
        for (String key : keys) {
            if (values.containsKey(key)) {
                return Optional.ofNullable(values.get(key));
            }
        }
        return Optional.empty();
    }

    /** Whether no more is left than that share of a whole window. */
    boolean isShort(int percent) {
        long whole = quota.orElse(0);
        return remaining == 0 || remaining <= whole * percent / 100;
    }
}
