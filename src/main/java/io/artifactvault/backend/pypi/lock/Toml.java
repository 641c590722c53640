package io.artifactvault.backend.pypi.lock;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A table of a TOML document whose values may be of any kind: a value of another kind than the format says is absent.
 * Confined to the thread that reads it.
 */
record Toml(JsonNode table) {
    private static final TomlMapper MAPPER = new TomlMapper();

    /** Whether a file of that name is read as TOML, and not as requirements. */
    static boolean isName(String file) {
        return file.endsWith(".toml") || file.endsWith(".lock");
    }

    /** @throws IllegalArgumentException with a sentence that names the file and the line */
    static Toml parse(String name, String text) {
        try {
            return new Toml(MAPPER.readTree(text));
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new IllegalArgumentException(name
                    + (at == null ? "" : ", line " + at.getLineNr())
                    + ", is not valid TOML (" + e.getOriginalMessage()
                    + "); write the file again with the tool that made it.");
        }
    }

    private Optional<JsonNode> value(String key) {
        return Optional.ofNullable(table.get(key));
    }

    boolean has(String key) {
        return table.has(key);
    }

    Optional<String> text(String key) {
        return value(key).filter(JsonNode::isTextual).map(JsonNode::textValue);
    }

    /** A number that is not negative. */
    OptionalLong size(String key) {
        return value(key)
                .filter(number -> number.isIntegralNumber() && number.canConvertToLong() && number.longValue() >= 0)
                .map(number -> OptionalLong.of(number.longValue()))
                .orElse(OptionalLong.empty());
    }

    Optional<Toml> child(String key) {
        return value(key).filter(JsonNode::isObject).map(Toml::new);
    }

    /** The tables of an array; none if there is no such array. */
    List<Toml> children(String key) {
        List<Toml> children = new ArrayList<>();
        value(key)
                .filter(JsonNode::isArray)
                .ifPresent(array -> array.forEach(element -> {
                    if (element.isObject()) {
                        children.add(new Toml(element));
                    }
                }));
        return children;
    }

    /** The text of that key, or the texts of its array or table. */
    List<String> texts(String key) {
        Optional<String> one = text(key);
        List<String> texts = new ArrayList<>();
        if (one.isPresent()) {
            texts.add(one.get());
        } else {
            value(key)
                    .ifPresent(values -> values.forEach(element -> {
                        if (element.isTextual()) {
                            texts.add(element.textValue());
                        }
                    }));
        }
        return texts.stream().filter(text -> !text.isEmpty()).toList();
    }

    /** The texts of a table by their keys, in its order. */
    Map<String, String> entries() {
        Map<String, String> entries = new LinkedHashMap<>();
        table.properties()
                .forEach(entry -> entries.put(entry.getKey(), entry.getValue().asText()));
        return entries;
    }
}
