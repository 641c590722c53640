package io.artifactvault.http.caching;

import io.artifactvault.http.CommaList;
import io.artifactvault.http.Fields;
import io.artifactvault.http.HttpDate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How long a stored response is fresh, and how old it is: RFC 9111 §4.2, for a shared cache. Immutable; evaluated at an
 * instant.
 *
 * @param lifetime the freshness lifetime, never negative
 * @param basis the source of the lifetime
 * @param initialAge the corrected initial age: the age of the response on arrival (§4.2.3)
 * @param receivedAt when it arrived
 */
public record Freshness(Duration lifetime, Basis basis, Duration initialAge, Instant receivedAt) {
    /** Statuses whose responses may be given a lifetime by heuristics (RFC 9110 §15.1). */
    private static final Set<Integer> HEURISTICALLY_CACHEABLE =
            Set.of(200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501);

    /** The heuristic lifetime is this part of the time since the last modification: a tenth, as §4.2.2 suggests. */
    private static final int HEURISTIC_PART = 10;

    private static final Duration LONGEST_HEURISTIC = Duration.ofDays(7);

    /** The source of a lifetime. */
    public enum Basis {
        /** Given by the response. */
        EXPLICIT,
        /** Heuristic, from Last-Modified. */
        HEURISTIC,
        /** The operator's default. */
        DEFAULT,
        /** A rule of an ecosystem for its resources. */
        RULE,
        /** No lifetime is known: stale from the start. */
        NONE
    }

    /**
     * The freshness of a response whose lifetime is set by a rule and counts from the time at which upstream confirmed
     * it.
     */
    public static Freshness lasting(Duration lifetime, Instant confirmedAt) {
        return new Freshness(lifetime, Basis.RULE, Duration.ZERO, confirmedAt);
    }

    /**
     * The freshness of a response as received.
     *
     * @param requestedAt when the request was sent
     * @param receivedAt when the response's head arrived
     * @param otherwise the operator's lifetime for responses without freshness information whose status allows
     *     heuristics
     */
    public static Freshness of(
            int status, Fields fields, Instant requestedAt, Instant receivedAt, Optional<Duration> otherwise) {
        Optional<Instant> date = date(fields, "Date", receivedAt);
        Duration age = initialAge(fields, date, requestedAt, receivedAt);
        Optional<Duration> explicit = explicit(fields, date.orElse(receivedAt), receivedAt);
        if (explicit.isPresent()) {
            return new Freshness(explicit.get(), Basis.EXPLICIT, age, receivedAt);
        }
        if (!mayBeGuessed(status, fields)) {
            return new Freshness(Duration.ZERO, Basis.NONE, age, receivedAt);
        }
        Basis basis = otherwise.isPresent() ? Basis.DEFAULT : Basis.HEURISTIC;
        return otherwise
                .or(() -> heuristic(fields, date.orElse(receivedAt)))
                .map(guess -> new Freshness(guess, basis, age, receivedAt))
                .orElseGet(() -> new Freshness(Duration.ZERO, Basis.NONE, age, receivedAt));
    }

    /** A copy whose lifetime is at most the given one, unless the response gives its lifetime explicitly. */
    public Freshness guessedAtMost(Duration most) {
        boolean shorter = basis != Basis.EXPLICIT && lifetime.compareTo(most) > 0;
        return shorter ? new Freshness(most, basis, initialAge, receivedAt) : this;
    }

    /** Whether a response without explicit freshness may be stored and reused (§3, §4.2.2). */
    static boolean mayBeGuessed(int status, Fields fields) {
        return HEURISTICALLY_CACHEABLE.contains(status)
                || CachePolicy.of(fields).directives().has("public");
    }

    /** The explicit lifetime (§4.2.1), without heuristics. */
    private static Optional<Duration> explicit(Fields fields, Instant date, Instant now) {
        CachePolicy policy = CachePolicy.of(fields);
        OptionalLong seconds = policy.explicitSeconds();
        if (seconds.isPresent()) {
            return Optional.of(Duration.ofSeconds(seconds.getAsLong()));
        }
        List<String> expires = policy.targeted() ? List.of() : fields.all("Expires");
        if (expires.isEmpty()) {
            return Optional.empty();
        }
        // Several lines, and values that are not dates (such as "0"), mean expired (§5.3).
        return Optional.of(date(fields, "Expires", now)
                .map(until -> Duration.between(date, until))
                .filter(duration -> !duration.isNegative())
                .orElse(Duration.ZERO));
    }

    private static Optional<Duration> heuristic(Fields fields, Instant date) {
        return date(fields, "Last-Modified", date)
                .map(modified -> Duration.between(modified, date).dividedBy(HEURISTIC_PART))
                .filter(guess -> !guess.isNegative() && !guess.isZero())
                .map(guess -> guess.compareTo(LONGEST_HEURISTIC) > 0 ? LONGEST_HEURISTIC : guess);
    }

    /** The corrected_initial_age of §4.2.3. */
    private static Duration initialAge(Fields fields, Optional<Instant> date, Instant requestedAt, Instant receivedAt) {
        Duration apparent = date.map(sent -> Duration.between(sent, receivedAt)).orElse(Duration.ZERO);
        Duration delay = Duration.between(requestedAt, receivedAt);
        Duration corrected = Duration.ofSeconds(ageValue(fields)).plus(delay.isNegative() ? Duration.ZERO : delay);
        return apparent.compareTo(corrected) > 0 ? apparent : corrected;
    }

    /**
     * The value of Age in seconds. Only the first member of the first line counts; a value that is not a number is
     * ignored (RFC 9111 §5.1).
     */
    private static long ageValue(Fields fields) {
        return fields.first("Age")
                .flatMap(value -> CommaList.members(value).stream().findFirst())
                .map(first -> Directives.seconds(first, 0))
                .orElse(0L);
    }

    /** The value of a date field that occurs once; a cache ignores the case of dates (§4.2). */
    private static Optional<Instant> date(Fields fields, String name, Instant now) {
        List<String> values = fields.all(name);
        return values.size() == 1
                ? HttpDate.parseAnyCase(CommaList.stripped(values.getFirst()), now)
                : Optional.empty();
    }

    /** The current_age of §4.2.3. */
    public Duration age(Instant now) {
        Duration resident = Duration.between(receivedAt, now);
        return initialAge.plus(resident.isNegative() ? Duration.ZERO : resident);
    }

    /** Whether the response was recorded while the clock was ahead: its age is then unknown, so it counts as stale. */
    public boolean isAheadOf(Instant now) {
        return ClockSkew.isAhead(receivedAt, now);
    }

    /**
     * The remaining lifetime; zero or negative when stale. If the age is unknown because the clock was ahead when the
     * response was recorded, the difference between the two clocks, negative.
     */
    public Duration left(Instant now) {
        return isAheadOf(now) ? Duration.between(receivedAt, now) : lifetime.minus(age(now));
    }

    /** The instant from which it is stale. */
    public Instant endsAt() {
        return receivedAt.plus(lifetime).minus(initialAge);
    }

    /** Whether the response is fresh: response_is_fresh of §4.2. */
    public boolean isFreshAt(Instant now) {
        return left(now).isPositive();
    }
}
