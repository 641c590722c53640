package io.artifactvault.testhub;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Paging by an opaque cursor: base64 of base64 of JSON and the limit, as the Hub makes them and one client guesses them. */
final class Cursor {
    private Cursor() {}

    /** The cursor of the page after the entry of that name. */
    static String after(String name, int limit) {
        byte[] json = HubJson.write(g -> {
            g.writeStartObject();
            g.writeStringField("file_name", name);
            g.writeEndObject();
        });
        return encode((encode(json) + ":" + limit).getBytes(StandardCharsets.UTF_8));
    }

    /** The entries after the cursor's; all if there is no cursor. */
    static <T> List<T> rest(List<T> entries, Optional<String> cursor, Function<T, String> name) {
        if (cursor.isEmpty()) {
            return entries;
        }
        String last = decode(cursor.get());
        for (int i = 0; i < entries.size(); i++) {
            if (name.apply(entries.get(i)).equals(last)) {
                return entries.subList(i + 1, entries.size());
            }
        }
        throw bad();
    }

    private static String decode(String cursor) {
        try {
            String outer = new String(Base64.getDecoder().decode(cursor), StandardCharsets.UTF_8);
            String inner = outer.substring(0, outer.lastIndexOf(':'));
            return fileName(new String(Base64.getDecoder().decode(inner), StandardCharsets.UTF_8));
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw bad();
        }
    }

    private static String fileName(String text) throws IOException {
        try (JsonParser json = HubJson.parse(text)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.VALUE_STRING) {
                    return json.getText();
                }
            }
        }
        throw bad();
    }

    private static HubRefusal bad() {
        return HubError.badRequest("Invalid cursor").refusal();
    }

    private static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
