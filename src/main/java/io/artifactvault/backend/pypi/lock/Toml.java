package io.artifactvault.backend.pypi.lock;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * A table of a TOML document whose values may be of any kind: a value of another kind than the format says is absent.
 * Confined to the thread that reads it.
 *
 * @param line where it begins; 0 if that is not known
 */
record Toml(TomlTable table, int line) {
    /** @throws IllegalArgumentException with a sentence that names the file and the line */
    static Toml parse(String name, String text) {
        TomlParseResult result = org.tomlj.Toml.parse(text);
        if (result.hasErrors()) {
            TomlParseError first = result.errors().getFirst();
            throw new IllegalArgumentException(name + ", line "
                    + first.position().line() + ", is not valid TOML (" + first.getMessage()
                    + "); write the file again with the tool that made it.");
        }
        return new Toml(result, 0);
    }

    private Optional<Object> value(String key) {
        return Optional.ofNullable(table.get(List.of(key)));
    }

    boolean has(String key) {
        return value(key).isPresent();
    }

    Optional<String> text(String key) {
        return value(key).filter(String.class::isInstance).map(String.class::cast);
    }

    /** A number that is not negative. */
    OptionalLong size(String key) {
        return value(key).stream()
                .filter(Long.class::isInstance)
                .mapToLong(Long.class::cast)
                .filter(number -> number >= 0)
                .findFirst();
    }

    Optional<Toml> child(String key) {
        return value(key).filter(TomlTable.class::isInstance).map(inner -> new Toml((TomlTable) inner, line(key)));
    }

    private int line(String key) {
        TomlPosition position = table.inputPositionOf(List.of(key));
        return position == null ? line : position.line();
    }

    /** The tables of an array; none if there is no such array. */
    List<Toml> children(String key) {
        List<Toml> children = new ArrayList<>();
        if (value(key).orElse("") instanceof TomlArray array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.get(i) instanceof TomlTable inner) {
                    children.add(new Toml(inner, array.inputPositionOf(i).line()));
                }
            }
        }
        return children;
    }

    /** The text of that key, or the texts of its array or table. */
    List<String> texts(String key) {
        return switch (value(key).orElse("")) {
            case String text when !text.isEmpty() -> List.of(text);
            case TomlArray array -> strings(array.toList());
            case TomlTable inner -> strings(inner.toMap().values().stream().toList());
            default -> List.of();
        };
    }

    private static List<String> strings(List<?> values) {
        return values.stream()
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .toList();
    }

    /** The texts of a table by their keys. */
    Map<String, Object> entries() {
        return table.toMap();
    }
}
