package io.artifactvault.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The header or trailer fields of one message: ordered, names compared without case, several lines of one name kept
 * separate (RFC 9110 §5). Immutable; the only type for header fields in the vault.
 */
public final class Fields {
    /** No fields at all. */
    public static final Fields EMPTY = new Fields(List.of());

    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** One field line. Names keep their original spelling; a value never contains CR, LF or NUL. */
    public record Field(String name, String value) {
        /** @throws IllegalArgumentException when the name is not a token, or the value could end the line */
        public Field {
            if (!isToken(name)) {
                throw new IllegalArgumentException("not a field name: " + printable(name));
            }
            if (hasControl(value)) {
                throw new IllegalArgumentException("the value of field " + name + " contains a control character");
            }
        }
    }

    private final List<Field> lines;

    private Fields(List<Field> lines) {
        this.lines = lines;
    }

    /** Alternating names and values: {@code Fields.of("Accept", "*" + "/*", "Range", "bytes=0-0")}. */
    public static Fields of(String... namesAndValues) {
        Builder builder = builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    /** An empty builder. */
    public static Builder builder() {
        return new Builder(new ArrayList<>());
    }

    /** A builder that starts with these lines. */
    public Builder toBuilder() {
        return new Builder(new ArrayList<>(lines));
    }

    /** Every line in order; unmodifiable. */
    public List<Field> lines() {
        return lines;
    }

    /** Whether there is no line. */
    public boolean isEmpty() {
        return lines.isEmpty();
    }

    /** Whether there is a line of that name. */
    public boolean has(String name) {
        return first(name).isPresent();
    }

    /** The value of the first line of that name. */
    public Optional<String> first(String name) {
        for (Field line : lines) {
            if (line.name().equalsIgnoreCase(name)) {
                return Optional.of(line.value());
            }
        }
        return Optional.empty();
    }

    /** The values of all lines of that name, in order. */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>(2);
        for (Field line : lines) {
            if (line.name().equalsIgnoreCase(name)) {
                values.add(line.value());
            }
        }
        return values;
    }

    /** All lines of that name as one list value, joined by ", " (RFC 9110 §5.3). */
    public Optional<String> joined(String name) {
        // Most requested fields are absent, and hardly any occurs twice.
        return has(name) ? Optional.of(String.join(", ", all(name))) : Optional.empty();
    }

    /** A copy in which one line replaces every line of that name. */
    public Fields with(String name, String value) {
        return toBuilder().set(name, value).build();
    }

    /** A copy without any line of those names. */
    public Fields without(String... names) {
        Builder builder = toBuilder();
        for (String name : names) {
            builder.remove(name);
        }
        return builder.build();
    }

    /** A copy with only those lines whose name is in the set; the set contains lower-case names. */
    public Fields only(Set<String> lowerCaseNames) {
        return where(name -> lowerCaseNames.contains(name.toLowerCase(Locale.ROOT)));
    }

    /**
     * The fields that may be forwarded (RFC 9110 §7.6.1): without Connection, the fields it lists, and those that are
     * hop-by-hop by definition.
     */
    public Fields withoutHopByHop() {
        Set<String> listed = all("Connection").stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
        return where(name -> {
            String lowerCase = name.toLowerCase(Locale.ROOT);
            return !HOP_BY_HOP.contains(lowerCase) && !listed.contains(lowerCase);
        });
    }

    private Fields where(Predicate<String> name) {
        return new Fields(lines.stream().filter(line -> name.test(line.name())).toList());
    }

    /** Passes each name and value in order. */
    public void forEach(BiConsumer<String, String> action) {
        lines.forEach(line -> action.accept(line.name(), line.value()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fields fields && lines.equals(fields.lines);
    }

    @Override
    public int hashCode() {
        return lines.hashCode();
    }

    /** The names only, because values may contain credentials or signatures. */
    @Override
    public String toString() {
        return lines.stream().map(Field::name).toList().toString();
    }

    /** Collects lines; confined to one thread. */
    public static final class Builder {
        private final List<Field> lines;

        private Builder(List<Field> lines) {
            this.lines = lines;
        }

        /**
         * Adds a line at the end.
         *
         * @throws IllegalArgumentException as {@link Field} does
         */
        public Builder add(String name, String value) {
            lines.add(new Field(name, value));
            return this;
        }

        /** Adds all lines at the end. */
        public Builder addAll(Fields fields) {
            lines.addAll(fields.lines);
            return this;
        }

        /** Replaces every line of that name by one at the end. */
        public Builder set(String name, String value) {
            remove(name);
            return add(name, value);
        }

        /** Removes every line of that name. */
        public Builder remove(String name) {
            lines.removeIf(line -> line.name().equalsIgnoreCase(name));
            return this;
        }

        /** The lines so far; the builder can still be used. */
        public Fields build() {
            return lines.isEmpty() ? EMPTY : new Fields(List.copyOf(lines));
        }
    }

    private static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!isTokenCharacter(name.charAt(i))) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static boolean isTokenCharacter(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    private static boolean hasControl(String value) {
        return value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0 || value.indexOf(0) >= 0;
    }

    private static String printable(String text) {
        return Scan.masked(text, c -> c > ' ' && c <= '~');
    }
}
