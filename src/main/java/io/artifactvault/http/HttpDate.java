package io.artifactvault.http;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * HTTP-date (RFC 9110 §5.6.7): formats IMF-fixdate, parses it and the two obsolete forms. Strict: spelling, case and
 * the day of the week must be right. Whole seconds, always GMT.
 */
public final class HttpDate {
    private static final List<String> DAYS = List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
    private static final List<String> MONTHS =
            List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");
    private static final List<String> LONG_DAYS = Arrays.stream(DayOfWeek.values())
            .map(day -> day.name().charAt(0) + day.name().substring(1).toLowerCase(Locale.ROOT))
            .toList();

    private static final String DAY = "(?<weekday>" + String.join("|", DAYS) + ")";
    private static final String LONG_DAY = "(?<weekday>" + String.join("|", LONG_DAYS) + ")";
    private static final String MONTH = "(?<month>" + String.join("|", MONTHS) + ")";
    private static final String TIME = "(?<hour>[0-9]{2}):(?<minute>[0-9]{2}):(?<second>[0-9]{2})";

    /**
     * The length of the longest form, {@code Wednesday, 09-Nov-94 08:49:37 GMT}; longer text is rejected without a
     * match.
     */
    private static final int LONGEST = 33;

    private static final Pattern IMF_FIXDATE =
            Pattern.compile(DAY + ", (?<day>[0-9]{2}) " + MONTH + " (?<year>[0-9]{4}) " + TIME + " GMT");
    private static final Pattern RFC_850 =
            Pattern.compile(LONG_DAY + ", (?<day>[0-9]{2})-" + MONTH + "-(?<year>[0-9]{2}) " + TIME + " GMT");
    private static final Pattern ASCTIME =
            Pattern.compile(DAY + " " + MONTH + " (?<day>[0-9]{2}| [0-9]) " + TIME + " (?<year>[0-9]{4})");

    private static final Pattern WORD = Pattern.compile("[A-Za-z]+");

    private HttpDate() {}

    /**
     * IMF-fixdate, such as {@code Sun, 06 Nov 1994 08:49:37 GMT}; fractions of a second are dropped.
     *
     * @throws IllegalArgumentException when the year does not have four digits
     */
    public static String format(Instant instant) {
        OffsetDateTime time = instant.atOffset(ZoneOffset.UTC);
        if (time.getYear() < 0 || time.getYear() > 9999) {
            throw new IllegalArgumentException("an HTTP date has a year of four digits, not " + time.getYear());
        }
        return DAYS.get(time.getDayOfWeek().getValue() - 1) + ", " + digits(time.getDayOfMonth(), 2) + " "
                + MONTHS.get(time.getMonthValue() - 1) + " " + digits(time.getYear(), 4) + " "
                + digits(time.getHour(), 2) + ":" + digits(time.getMinute(), 2) + ":" + digits(time.getSecond(), 2)
                + " GMT";
    }

    private static String digits(int number, int count) {
        String digits = Integer.toString(number);
        return "0".repeat(count - digits.length()) + digits;
    }

    /** Like {@link #parse(String, Instant)}, but ignores case: for caches that calculate freshness (RFC 9111 §4.2). */
    public static Optional<Instant> parseAnyCase(String text, Instant now) {
        Optional<Instant> exact = parse(text, now);
        if (exact.isPresent() || text.length() > LONGEST) {
            return exact;
        }
        String spelt = WORD.matcher(text).replaceAll(word -> spelt(word.group()));
        return spelt.equals(text) ? Optional.empty() : parse(spelt, now);
    }

    private static String spelt(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        return lower.equals("gmt") ? "GMT" : lower.substring(0, 1).toUpperCase(Locale.ROOT) + lower.substring(1);
    }

    /** Like {@link #parse(String, Instant)}, with the system's clock; only the years of RFC 850 dates depend on it. */
    public static Optional<Instant> parse(String text) {
        return parse(text, Instant.now());
    }

    /**
     * Parses any of the three forms; empty for other text.
     *
     * @param now the reference for two-digit years of the RFC 850 form: none is more than 50 years ahead
     */
    public static Optional<Instant> parse(String text, Instant now) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        Matcher rfc850 = RFC_850.matcher(text);
        if (rfc850.matches()) {
            return instantNear(rfc850, now);
        }
        for (Pattern form : List.of(IMF_FIXDATE, ASCTIME)) {
            Matcher date = form.matcher(text);
            if (date.matches()) {
                return instant(date, number(date, "year"));
            }
        }
        return Optional.empty();
    }

    private static Optional<Instant> instantNear(Matcher date, Instant now) {
        LocalDateTime latest = LocalDateTime.ofInstant(now, ZoneOffset.UTC).plusYears(50);
        int year = latest.getYear() - Math.floorMod(latest.getYear(), 100) + number(date, "year");
        boolean ahead = year > latest.getYear()
                || time(date, year).filter(time -> time.isAfter(latest)).isPresent();
        return instant(date, ahead ? year - 100 : year);
    }

    private static Optional<Instant> instant(Matcher date, int year) {
        return time(date, year)
                .filter(time -> date.group("weekday").startsWith(DAYS.get(weekday(date, year))))
                .map(time -> time.toInstant(ZoneOffset.UTC));
    }

    /**
     * The date and time that the text gives; empty when there is no such day or time. A leap second counts as the
     * following second.
     */
    private static Optional<LocalDateTime> time(Matcher date, int year) {
        int second = number(date, "second");
        int leap = second == 60 ? 1 : 0;
        try {
            return Optional.of(day(date, year)
                    .atTime(number(date, "hour"), number(date, "minute"), second - leap)
                    .plusSeconds(leap));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static int weekday(Matcher date, int year) {
        return day(date, year).getDayOfWeek().getValue() - 1;
    }

    private static LocalDate day(Matcher date, int year) {
        return LocalDate.of(year, MONTHS.indexOf(date.group("month")) + 1, number(date, "day"));
    }

    private static int number(Matcher date, String group) {
        return Integer.parseInt(date.group(group).strip());
    }
}
