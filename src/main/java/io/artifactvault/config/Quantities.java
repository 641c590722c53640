package io.artifactvault.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with units: {@code 60}, {@code 2m}, {@code 500 GiB}. */
final class Quantities {
    private static final Pattern WITH_UNIT = Pattern.compile("(\\d{1,18})(\\.\\d{1,9})? *([A-Za-z]*)");
    private static final Duration LONGEST = Duration.ofDays(3650);

    private static final Map<String, Duration> TIMES = Map.of(
            "", Duration.ofSeconds(1),
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));

    private static final Map<String, Long> SIZES = Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("b", 1L),
            Map.entry("kb", 1_000L),
            Map.entry("mb", 1_000_000L),
            Map.entry("gb", 1_000_000_000L),
            Map.entry("tb", 1_000_000_000_000L),
            Map.entry("kib", 1L << 10),
            Map.entry("mib", 1L << 20),
            Map.entry("gib", 1L << 30),
            Map.entry("tib", 1L << 40));

    private Quantities() {}

    static int integer(String text, int least, int most) throws BadValueException {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most && !text.startsWith("+")) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below, with the same message as a number that is out of range.
        }
        throw BadValueException.of("must be a whole number from " + least + " to " + most);
    }

    /** A duration, which may be zero. */
    static Duration duration(String text) throws BadValueException {
        Matcher matcher = WITH_UNIT.matcher(text);
        Optional<Duration> unit = matcher.matches() && matcher.group(2) == null
                ? Optional.ofNullable(TIMES.get(lower(matcher.group(3))))
                : Optional.empty();
        if (unit.isEmpty()) {
            throw BadValueException.of("must be a duration such as 60 (seconds), 500ms, 60s, 2m, 1h or 7d");
        }
        long count = Long.parseLong(matcher.group(1));
        if (count > LONGEST.dividedBy(unit.get())) {
            throw BadValueException.of("must not be longer than " + LONGEST.toDays() + "d");
        }
        return unit.get().multipliedBy(count);
    }

    /** A duration greater than zero. */
    static Duration wait(String text) throws BadValueException {
        Duration duration = duration(text);
        if (duration.isZero()) {
            throw BadValueException.of("must be greater than 0, such as 500ms, 60s or 2m");
        }
        return duration;
    }

    static long size(String text) throws BadValueException {
        Matcher matcher = WITH_UNIT.matcher(text);
        Optional<Long> unit =
                matcher.matches() ? Optional.ofNullable(SIZES.get(lower(matcher.group(3)))) : Optional.empty();
        if (unit.isEmpty()) {
            throw BadValueException.of("must be a size such as 500 GiB, 64MiB, 10 GB or a number of bytes");
        }
        BigDecimal number = new BigDecimal(text.substring(0, matcher.start(3)).strip());
        BigDecimal bytes = number.multiply(BigDecimal.valueOf(unit.get()));
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw BadValueException.of("must be less than 8388608 TiB");
        }
        return bytes.longValue();
    }

    static long size(String text, long least, long most) throws BadValueException {
        long size = size(text);
        if (size < least || size > most) {
            throw BadValueException.of("must be from " + least + " to " + most + " bytes");
        }
        return size;
    }

    /** A size with a minimum that is a whole number of MiB. */
    static long sizeFrom(String text, long least) throws BadValueException {
        long size = size(text);
        if (size < least) {
            throw BadValueException.of("must be a size of " + (least >> 20) + " MiB or more, such as 500 GiB");
        }
        return size;
    }

    private static String lower(String unit) {
        return unit.toLowerCase(Locale.ROOT);
    }
}
