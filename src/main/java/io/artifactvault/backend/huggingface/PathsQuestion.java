package io.artifactvault.backend.huggingface;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Hasher;
import io.artifactvault.http.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which paths a caller asks about: a form from Python, JSON from JavaScript.
 *
 * @param paths as asked, decoded
 * @param expand whether the last commits and the results of scans are wanted too
 * @param body as the caller sent it
 */
record PathsQuestion(List<String> paths, boolean expand, String contentType, byte[] body) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Empty when it is neither; then the Hub may say what is wrong with it. */
    static Optional<PathsQuestion> read(String contentType, byte[] body) {
        try {
            return contentType.contains("json") ? json(contentType, body) : form(contentType, body);
        } catch (IOException | BadTargetException e) {
            return Optional.empty();
        }
    }

    private static Optional<PathsQuestion> form(String contentType, byte[] body) throws BadTargetException {
        List<String> paths = new ArrayList<>();
        boolean expand = false;
        for (String pair : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
            String value = Target.decode(pair.substring(pair.indexOf('=') + 1).replace('+', ' '));
            if (pair.startsWith("paths=")) {
                paths.add(value);
            } else if (pair.startsWith("expand=")) {
                expand = value.equalsIgnoreCase("true");
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(new PathsQuestion(List.copyOf(paths), expand, contentType, body));
    }

    private static Optional<PathsQuestion> json(String contentType, byte[] body) throws IOException {
        List<String> paths = new ArrayList<>();
        boolean expand = false;
        try (JsonParser parser = JSON.createParser(body)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    JsonToken value = parser.nextToken();
                    if (name.equals("paths") && value == JsonToken.START_ARRAY) {
                        while (parser.nextToken() == JsonToken.VALUE_STRING) {
                            paths.add(parser.getText());
                        }
                    } else if (name.equals("expand") && value.isBoolean()) {
                        expand = parser.getBooleanValue();
                    } else {
                        return Optional.empty();
                    }
                }
            }
        }
        return Optional.of(new PathsQuestion(List.copyOf(paths), expand, contentType, body));
    }

    /** The same for the same paths, in whatever order and form they are asked about. */
    String key() {
        Hasher hasher = Hasher.of(Digest.Algorithm.SHA256, 0);
        paths.stream()
                .sorted()
                .distinct()
                .forEach(path -> hasher.update(ByteBuffer.wrap((path + "\n").getBytes(StandardCharsets.UTF_8))));
        return hasher.finish().hex() + (expand ? " expanded" : "");
    }
}
