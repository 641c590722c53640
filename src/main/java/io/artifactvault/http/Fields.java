package io.artifactvault.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * The header or trailer fields of one message: ordered, names compared without case, several lines of one name kept
 * apart (RFC 9110 §5). Immutable; the only header type in the house.
 */
public final class Fields {
    public static final Fields EMPTY = new Fields(List.of());

    /** One field line. Names keep the spelling they came with; a value never holds CR, LF or NUL. */
    public record Field(String name, String value) {
        public Field {
            if (!isToken(name)) {
                throw new IllegalArgumentException("not a field name: " + printable(name));
            }
            if (hasControl(value)) {
                throw new IllegalArgumentException("control character in the value of field " + name);
            }
        }
    }

    private final List<Field> lines;

    private Fields(List<Field> lines) {
        this.lines = lines;
    }

    /** Names and values in turn: {@code Fields.of("Accept", "*" + "/*", "Range", "bytes=0-0")}. */
    public static Fields of(String... namesAndValues) {
        Builder builder = builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    public static Builder builder() {
        return new Builder(new ArrayList<>());
    }

    public Builder toBuilder() {
        return new Builder(new ArrayList<>(lines));
    }

    public List<Field> lines() {
        return lines;
    }

    public boolean isEmpty() {
        return lines.isEmpty();
    }

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
        List<String> values = all(name);
        return values.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", values));
    }

    /** This, with every line of that name replaced by one. */
    public Fields with(String name, String value) {
        return toBuilder().set(name, value).build();
    }

    public Fields without(String... names) {
        Builder builder = toBuilder();
        for (String name : names) {
            builder.remove(name);
        }
        return builder.build();
    }

    /** Only the lines whose name is in the set; the set holds lower-case names. */
    public Fields only(Set<String> lowerCaseNames) {
        return where(name -> lowerCaseNames.contains(name.toLowerCase(Locale.ROOT)));
    }

    private Fields where(Predicate<String> name) {
        return new Fields(lines.stream().filter(line -> name.test(line.name())).toList());
    }

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

    /** Names only: values may hold credentials or signatures. */
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

        public Builder add(String name, String value) {
            lines.add(new Field(name, value));
            return this;
        }

        public Builder addAll(Fields fields) {
            lines.addAll(fields.lines);
            return this;
        }

        public Builder set(String name, String value) {
            remove(name);
            return add(name, value);
        }

        public Builder remove(String name) {
            lines.removeIf(line -> line.name().equalsIgnoreCase(name));
            return this;
        }

        public Fields build() {
            return lines.isEmpty() ? EMPTY : new Fields(List.copyOf(lines));
        }
    }

    private static boolean isToken(String name) {
        return !name.isEmpty() && name.chars().allMatch(Fields::isTokenCharacter);
    }

    private static boolean isTokenCharacter(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    private static boolean hasControl(String value) {
        return value.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0);
    }

    private static String printable(String text) {
        return text.replaceAll("[^\\x21-\\x7e]", "?");
    }
}
