package io.artifactvault.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The media types that a client accepts, with their weights (RFC 9110 §12.5.1): how a backend reduces the many
 * spellings of Accept to the few choices that upstream offers. Immutable.
 *
 * @param ranges in the order of the field
 */
public record AcceptField(List<Range> ranges) {
    /**
     * A range of media types without parameters.
     *
     * @param type in lower case: a type and subtype, {@code type/*}, or {@code *}{@code /*}
     * @param weight in thousandths; 0 for types that are not acceptable
     */
    public record Range(String type, int weight) {
        /**
         * How specifically this range names the type, because the more specific of two ranges decides; 0 if it does not
         * include the type.
         */
        private int precision(String wanted) {
            if (type.equals(wanted)) {
                return 3;
            }
            if (type.equals("*/*")) {
                return 1;
            }
            boolean isGroup = type.endsWith("/*");
            return isGroup && wanted.startsWith(type.substring(0, type.length() - 1)) ? 2 : 0;
        }
    }

    private static final int FULL = 1_000;

    /**
     * Parses the Accept field of a request. A member that is not well-formed, or has parameters beside its weight, is
     * ignored.
     */
    public static AcceptField of(Fields request) {
        List<Range> ranges = new ArrayList<>();
        boolean given = false;
        for (String line : request.all("Accept")) {
            for (String member : CommaList.members(line)) {
                given = true;
                range(member).ifPresent(ranges::add);
            }
        }
        // A request without Accept accepts every type; one whose Accept has no valid member does not.
        return new AcceptField(given ? List.copyOf(ranges) : List.of(new Range("*/*", FULL)));
    }

    private static Optional<Range> range(String member) {
        int end = member.indexOf(';');
        String type = CommaList.stripped(end < 0 ? member : member.substring(0, end));
        if (!isType(type)) {
            return Optional.empty();
        }
        String parameters = end < 0 ? "" : CommaList.stripped(member.substring(end + 1));
        return weight(parameters).map(weight -> new Range(type.toLowerCase(Locale.ROOT), weight));
    }

    private static boolean isType(String type) {
        int slash = type.indexOf('/');
        return slash > 0
                && Scan.isMadeOf(type.substring(0, slash), Scan::isTokenCharacter)
                && Scan.isMadeOf(type.substring(slash + 1), Scan::isTokenCharacter);
    }

    /** RFC 9110 §12.4.2: {@code q=} and 0 to 1 with at most three decimals; empty for anything else. */
    private static Optional<Integer> weight(String parameters) {
        if (parameters.isEmpty()) {
            return Optional.of(FULL);
        }
        boolean isWeight = parameters.length() > 2
                && (parameters.charAt(0) == 'q' || parameters.charAt(0) == 'Q')
                && parameters.charAt(1) == '=';
        return isWeight ? thousandths(parameters.substring(2)) : Optional.empty();
    }

    private static Optional<Integer> thousandths(String number) {
        boolean isWhole = number.equals("0") || number.equals("1");
        String decimals = number.length() > 2 ? number.substring(2) : "";
        boolean hasDecimals = number.length() > 1
                && (number.startsWith("0.") || number.startsWith("1."))
                && (decimals.isEmpty() || Scan.isNumber(decimals, 3));
        if (!isWhole && !hasDecimals) {
            return Optional.empty();
        }
        int weight = Integer.parseInt(number.substring(0, 1) + (decimals + "000").substring(0, 3));
        return weight > FULL ? Optional.empty() : Optional.of(weight);
    }

    /** The weight of a media type, in thousandths; 0 if it is not acceptable. */
    int weightOf(String wanted) {
        int precision = 0;
        int weight = 0;
        for (Range range : ranges) {
            int found = range.precision(wanted);
            if (found > precision || (found > 0 && found == precision && range.weight() > weight)) {
                precision = found;
                weight = range.weight();
            }
        }
        return weight;
    }

    /**
     * The offered type that the client prefers, of several with equal weight the first; empty if it accepts none.
     *
     * @param offered in lower case, without parameters, in the order of the server's own preference
     */
    public Optional<String> preferred(List<String> offered) {
        String best = "";
        int weight = 0;
        for (String type : offered) {
            if (weightOf(type) > weight) {
                best = type;
                weight = weightOf(type);
            }
        }
        return weight == 0 ? Optional.empty() : Optional.of(best);
    }

    /** The known types that the client accepts, in the given order; for an upstream that chooses among them. */
    public List<String> accepted(List<String> known) {
        return known.stream().filter(type -> weightOf(type) > 0).toList();
    }
}
