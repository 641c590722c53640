package io.artifactvault.http.caching;

import io.artifactvault.http.CommaList;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Scan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The directives of a Cache-Control field, of a request or a response (RFC 9111 §5.2), or of a targeted field such as
 * CDN-Cache-Control (RFC 9213). Names are case-insensitive, arguments may be tokens or quoted strings, field lines are
 * joined.
 *
 * <p>An invalid number, and a number given twice with different values, counts as 0: invalid freshness information
 * means stale (RFC 9111 §4.2.1).
 */
public final class Directives {
    /** No directive at all. */
    public static final Directives NONE = new Directives(List.of());

    /** The value in seconds that a number too large for 31 bits counts as (RFC 9111 §1.2.2). */
    public static final long LARGEST_SECONDS = 2_147_483_648L;

    private static final int MOST_DIGITS = 10;

    /** One directive; the argument is empty when there is none. */
    record Directive(String name, String argument, boolean hasArgument) {
        /** The directive as text, with quotes around an argument that is not a token. */
        private String member() {
            if (!hasArgument) {
                return name;
            }
            boolean plain = !argument.isEmpty() && argument.chars().allMatch(Directives::isPlain);
            return name + "=" + (plain ? argument : CommaList.quoted(argument));
        }
    }

    private final List<Directive> all;

    Directives(List<Directive> all) {
        this.all = List.copyOf(all);
    }

    /** The Cache-Control of a message. */
    public static Directives of(Fields fields) {
        return fields.joined("Cache-Control").map(Directives::parse).orElse(NONE);
    }

    /** Parses a field value. Never fails: unparsable text becomes a directive without a known name. */
    public static Directives parse(String value) {
        List<Directive> directives = new ArrayList<>();
        for (String member : CommaList.members(value)) {
            directives.add(directive(member));
        }
        return new Directives(directives);
    }

    /**
     * Parses one member. The grammar has no white space around the equals sign: any there becomes a part of the name or
     * of the argument.
     */
    private static Directive directive(String member) {
        int equals = member.indexOf('=');
        if (equals < 0) {
            return new Directive(member.toLowerCase(Locale.ROOT), "", false);
        }
        String name = member.substring(0, equals).toLowerCase(Locale.ROOT);
        String argument = member.substring(equals + 1);
        boolean spaced = !name.equals(name.strip()) || !argument.equals(argument.strip());
        return new Directive(name.strip(), spaced ? " " : CommaList.unquoted(argument), true);
    }

    /** The directives whose name matches, as members of a Cache-Control. */
    List<String> membersWhere(Predicate<String> wanted) {
        return all.stream()
                .filter(directive -> wanted.test(directive.name()))
                .map(Directive::member)
                .toList();
    }

    /** The directives whose name matches, joined into one text. */
    String textWhere(Predicate<String> wanted) {
        return String.join(", ", membersWhere(wanted));
    }

    /** Whether there is no directive. */
    public boolean isEmpty() {
        return all.isEmpty();
    }

    /** Whether the directive is present, with or without an argument. */
    public boolean has(String name) {
        return all.stream().anyMatch(directive -> directive.name().equals(name));
    }

    /** Whether the directive is present without field names: {@code no-cache}, not {@code no-cache="Set-Cookie"}. */
    public boolean hasBare(String name) {
        return all.stream()
                .anyMatch(directive -> directive.name().equals(name)
                        && CommaList.members(directive.argument()).isEmpty());
    }

    /** The field names that the directive's arguments list, in lower case, without white space. */
    public Set<String> fieldNames(String name) {
        Set<String> names = new TreeSet<>();
        for (Directive directive : all) {
            if (directive.name().equals(name)) {
                CommaList.members(directive.argument()).forEach(member -> names.add(member.toLowerCase(Locale.ROOT)));
            }
        }
        return names;
    }

    /** The directive's number of seconds; 0 when it is invalid or contradictory, empty when it is absent. */
    public OptionalLong seconds(String name) {
        List<Long> values = all.stream()
                .filter(directive -> directive.name().equals(name))
                .map(directive -> seconds(directive.argument(), 0))
                .distinct()
                .toList();
        if (values.isEmpty()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(values.size() == 1 ? values.getFirst() : 0);
    }

    /** The value of delta-seconds (RFC 9111 §1.2.2); {@code otherwise} if the text is not a number. */
    static long seconds(String text, long otherwise) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return otherwise;
        }
        String digits = Scan.significant(text);
        return digits.length() > MOST_DIGITS ? LARGEST_SECONDS : Math.min(Long.parseLong(digits), LARGEST_SECONDS);
    }

    private static boolean isPlain(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || "-_.".indexOf(c) >= 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Directives directives && all.equals(directives.all);
    }

    @Override
    public int hashCode() {
        return all.hashCode();
    }

    @Override
    public String toString() {
        return all.toString();
    }
}
