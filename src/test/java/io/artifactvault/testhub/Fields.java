package io.artifactvault.testhub;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Header fields in the order they came; names compare without case. Immutable. */
public final class Fields {
    /** No fields. */
    public static final Fields NONE = new Fields(List.of());

    private final List<Field> fields;

    private Fields(List<Field> fields) {
        this.fields = List.copyOf(fields);
    }

    /** One header line. */
    public record Field(String name, String value) {}

    /** Fields from name, value, name, value … */
    public static Fields of(String... namesAndValues) {
        Fields made = NONE;
        for (int i = 0; i < namesAndValues.length; i += 2) {
            made = made.with(namesAndValues[i], namesAndValues[i + 1]);
        }
        return made;
    }

    static Fields of(List<Field> fields) {
        return new Fields(fields);
    }

    /** These fields and one more line. */
    public Fields with(String name, String value) {
        List<Field> more = new ArrayList<>(fields);
        more.add(new Field(name, value));
        return new Fields(more);
    }

    /** The value of the first line of that name. */
    public Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /** The values of all lines of that name. */
    public List<String> all(String name) {
        return fields.stream()
                .filter(f -> f.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    /** Whether there is a line of that name. */
    public boolean has(String name) {
        return first(name).isPresent();
    }

    /** All lines in order. */
    public List<Field> lines() {
        return fields;
    }

    @Override
    public String toString() {
        return fields.toString();
    }
}
