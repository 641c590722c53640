package io.artifactvault.backend.pypi.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.artifactvault.http.Digest;
import java.io.IOException;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** JSON values as text, so that they pass through unchanged. Foreign text is bounded in depth and length. Pure. */
public final class JsonText {
    private static final int DEEPEST = 32;
    private static final int LONGEST_TEXT = 1 << 20;
    private static final int LONGEST_NUMBER = 100;
    private static final int MOST_STRINGS = 32;

    public static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxStringLength(LONGEST_TEXT)
                    .maxNumberLength(LONGEST_NUMBER)
                    .build())
            .build();

    private JsonText() {}

    /** The parser's current value; the parser is then at its end. */
    public static String raw(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case VALUE_STRING -> quoted(json.getText());
            case VALUE_TRUE, VALUE_FALSE, VALUE_NULL, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getText();
            default -> {
                StringWriter text = new StringWriter();
                try (JsonGenerator copy = FACTORY.createGenerator(text)) {
                    copy.copyCurrentStructureExact(json);
                }
                yield text.toString();
            }
        };
    }

    /** The members of the parser's current object that are strings; others are left out. */
    public static Map<String, String> strings(JsonParser json) throws IOException {
        Map<String, String> strings = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            if (json.nextToken() == JsonToken.VALUE_STRING && strings.size() < MOST_STRINGS) {
                strings.put(key, json.getText());
            } else {
                json.skipChildren();
            }
        }
        return strings;
    }

    /** The members of a JSON object that are strings; none for any other value. */
    public static Map<String, String> members(String json) throws IOException {
        try (JsonParser parser = FACTORY.createParser(json)) {
            return parser.nextToken() == JsonToken.START_OBJECT ? strings(parser) : Map.of();
        }
    }

    public static String object(Map<String, String> strings) {
        StringBuilder object = new StringBuilder("{");
        strings.forEach((key, value) -> object.append(object.length() > 1 ? "," : "")
                .append(quoted(key))
                .append(':')
                .append(quoted(value)));
        return object.append('}').toString();
    }

    public static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    /** The text of a JSON string; empty for any other value. */
    public static Optional<String> string(String raw) {
        return Optional.of(raw).filter(value -> value.startsWith("\"")).flatMap(JsonText::parsed);
    }

    private static Optional<String> parsed(String raw) {
        try (JsonParser json = FACTORY.createParser(raw)) {
            return json.nextToken() == JsonToken.VALUE_STRING ? Optional.of(json.getText()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The members of a JSON object that are strings; none for any other value. */
    public static Map<String, String> strings(String raw) {
        if (!raw.startsWith("{")) {
            return Map.of();
        }
        try (JsonParser json = FACTORY.createParser(raw)) {
            return json.nextToken() == JsonToken.START_OBJECT ? strings(json) : Map.of();
        } catch (IOException e) {
            return Map.of();
        }
    }

    /** The sha256 of a JSON object of hashes; empty for any other value. */
    public static Optional<Digest> sha256(String raw) {
        return Keys.sha256(strings(raw).getOrDefault("sha256", ""));
    }
}
