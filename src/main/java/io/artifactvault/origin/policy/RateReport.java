package io.artifactvault.origin.policy;

import io.artifactvault.http.Fields;
import io.artifactvault.http.Scan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The information in a response about one rate limit. Parsed leniently: names quoted or not, parameters in any order,
 * fields absent.
 *
 * <ul>
 * <li>{@code RateLimit: "api";r=480;t=123} with {@code RateLimit-Policy: "fixed window";"api";q=500;w=300}, as the Hub
 * sends it (draft-ietf-httpapi-ratelimit-headers from its eighth edition on)
 * <li>{@code RateLimit: limit=100, remaining=50, reset=30}, in earlier drafts
 * <li>{@code RateLimit-Limit: 100;w=21600} with {@code RateLimit-Remaining: 76;w=21600}, as Docker Hub sends it, and
 * {@code X-RateLimit-*}
 * </ul>
 *
 * @param name of the limit; empty when it has none
 * @param remaining requests that remain in this window
 * @param quota requests in a whole window
 * @param window maximum time until it is over
 */
public record RateReport(String name, long remaining, OptionalLong quota, Duration window) {
    private static final int MOST_DIGITS = 15;
    private static final int LONGEST_NAME = 100;

    /** The maximum number of limits that are parsed, more than any origin has; further ones are ignored. */
    private static final int MOST_ITEMS = 100;

    /**
     * The maximum length of a window in seconds, longer than any in use: a wrong field must not stop the vault for
     * longer.
     */
    private static final long LONGEST_WINDOW = Duration.ofDays(1).toSeconds();

    /** The report with the lowest remainder; empty when the response has no usable one. */
    public static Optional<RateReport> of(Fields fields) {
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

    /**
     * Parses the required subset of structured fields: a string begins an item, and each {@code key=number} after it
     * belongs to that item; of several numbers for one key the lowest counts.
     */
    private static Map<String, Map<String, Long>> items(Optional<String> field) {
        Map<String, Map<String, Long>> items = new HashMap<>();
        String text = field.orElse("");
        String name = "";
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int end = at + 1;
            if (c == '"') {
                end = closing(text, at + 1);
                name = end - at - 1 <= LONGEST_NAME ? text.substring(at + 1, end) : name;
                end++;
            } else if (Scan.isLetter(c)) {
                end = Scan.skip(text, at, Scan::isLetter);
                put(items, name, text.substring(at, end), number(text, end));
            }
            at = end;
        }
        return items;
    }

    /** The index of the closing quote; a string without one extends to the end of the text. */
    private static int closing(String text, int from) {
        int quote = text.indexOf('"', from);
        return quote < 0 ? text.length() : quote;
    }

    private static void put(Map<String, Map<String, Long>> items, String name, String key, OptionalLong value) {
        boolean known = items.containsKey(name) || items.size() < MOST_ITEMS;
        if (value.isPresent() && known) {
            items.computeIfAbsent(name, _ -> new HashMap<>())
                    .merge(key.toLowerCase(Locale.ROOT), value.getAsLong(), Math::min);
        }
    }

    /** The number after an equals sign. */
    private static OptionalLong number(String text, int from) {
        int equals = Scan.skip(text, from, Character::isWhitespace);
        return equals < text.length() && text.charAt(equals) == '='
                ? numberAt(text, Scan.skip(text, equals + 1, Character::isWhitespace))
                : OptionalLong.empty();
    }

    private static OptionalLong numberAt(String text, int from) {
        String digits = text.substring(from, Scan.skip(text, from, Scan::isDigit));
        return Scan.isNumber(digits, MOST_DIGITS) ? OptionalLong.of(Long.parseLong(digits)) : OptionalLong.empty();
    }

    /** A number at the beginning of a field, and the text after it. */
    private record Leading(long number, String rest) {
        static Optional<Leading> of(String field) {
            String text = field.strip();
            OptionalLong number = numberAt(text, 0);
            return number.isPresent()
                    ? Optional.of(new Leading(number.getAsLong(), text.substring(Scan.skip(text, 0, Scan::isDigit))))
                    : Optional.empty();
        }
    }

    private static Optional<RateReport> older(Fields fields) {
        Optional<Leading> remaining = leading(fields, "RateLimit-Remaining");
        Optional<Leading> limit = leading(fields, "RateLimit-Limit");
        Optional<Long> window = leading(fields, "RateLimit-Reset")
                .map(Leading::number)
                .or(() -> remaining.flatMap(RateReport::window))
                .or(() -> limit.flatMap(RateReport::window));
        return remaining.isPresent() && window.isPresent()
                ? Optional.of(of("", remaining.get().number(), limit.map(Leading::number), window.get()))
                : Optional.empty();
    }

    private static Optional<Leading> leading(Fields fields, String name) {
        return fields.first(name).or(() -> fields.first("X-" + name)).flatMap(Leading::of);
    }

    private static Optional<Long> window(Leading number) {
        return first(items(Optional.of(number.rest())).getOrDefault("", Map.of()), "w");
    }

    private static Optional<Long> first(Map<String, Long> values, String... keys) {
        for (String key : keys) {
            if (values.containsKey(key)) {
                return Optional.ofNullable(values.get(key));
            }
        }
        return Optional.empty();
    }

    /** Whether at most the given percentage of a whole window remains. */
    boolean isShort(int percent) {
        long whole = quota.orElse(0);
        return remaining == 0 || remaining <= whole * percent / 100;
    }
}
