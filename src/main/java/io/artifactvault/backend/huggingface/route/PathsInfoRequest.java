package io.artifactvault.backend.huggingface.route;

import static io.artifactvault.backend.huggingface.route.AmbiguousRequestException.shown;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.artifactvault.http.BadTargetException;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Hasher;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.Target;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The paths of a paths-info request: a form from Python, JSON from JavaScript. Parsed strictly, and sent upstream as
 * one JSON text regardless of its original form, so that the request to upstream matches the key exactly.
 *
 * @param paths decoded, sorted, each once
 * @param expand whether the last commits and the results of scans are requested too
 */
public record PathsInfoRequest(List<String> paths, boolean expand) {
    public static final String CONTENT_TYPE = "application/json";

    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String REMEDY = "; send {\"paths\": [\"a\", \"b\"], \"expand\": false} as " + CONTENT_TYPE
            + ", or paths=a&paths=b&expand=false as " + FORM + ".";
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    public PathsInfoRequest {
        paths = List.copyOf(new TreeSet<>(paths));
    }

    /** @throws AmbiguousRequestException if it has no single meaning, or uses a form that no client needs */
    public static PathsInfoRequest read(List<String> contentTypes, byte[] body) throws AmbiguousRequestException {
        String type = mediaType(contentTypes);
        return switch (type) {
            case CONTENT_TYPE -> json(body);
            case FORM -> form(body);
            default -> throw refused("The Content-Type of a paths-info request is " + shown(type));
        };
    }

    /**
     * The media type of the body, without its parameters. UTF-8 is the only supported charset; any other is refused.
     */
    private static String mediaType(List<String> contentTypes) throws AmbiguousRequestException {
        if (contentTypes.size() != 1) {
            throw refused("A paths-info request has " + contentTypes.size() + " Content-Type fields");
        }
        String[] parts = contentTypes.getFirst().toLowerCase(Locale.ROOT).split(";", -1);
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().replace("\"", "");
            if (!parameter.isEmpty() && !parameter.equals("charset=utf-8")) {
                throw refused("The Content-Type of a paths-info request has the parameter " + shown(parameter));
            }
        }
        return parts[0].strip();
    }

    private static PathsInfoRequest form(byte[] body) throws AmbiguousRequestException {
        List<String> paths = new ArrayList<>();
        Optional<Boolean> expand = Optional.empty();
        for (String pair : new String(body, StandardCharsets.ISO_8859_1).split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            if (equals < 0 && !pair.isEmpty()) {
                throw refused("The parameter " + shown(name) + " has no value");
            } else if (name.equals("paths")) {
                paths.add(value);
            } else if (name.equals("expand") && expand.isEmpty()) {
                expand = Optional.of(truth(value));
            } else if (!pair.isEmpty()) {
                throw strange(name);
            }
        }
        return new PathsInfoRequest(paths, expand.orElse(false));
    }

    private static AmbiguousRequestException strange(String name) {
        return name.equals("expand")
                ? refused("The parameter expand appears more than once")
                : refused("The parameter " + shown(name) + " is invalid; use only paths and expand");
    }

    private static String decoded(String raw) throws AmbiguousRequestException {
        try {
            return Target.decode(raw.replace("+", "%20"));
        } catch (BadTargetException e) {
            throw refused("The parameter " + shown(raw) + " is not percent-encoded UTF-8");
        }
    }

    private static boolean truth(String value) throws AmbiguousRequestException {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refused("The parameter expand is " + shown(value));
        };
    }

    private static PathsInfoRequest json(byte[] body) throws AmbiguousRequestException {
        try (JsonParser parser = JSON.createParser(utf8(body))) {
            List<String> paths = new ArrayList<>();
            boolean expand = false;
            require(parser.nextToken() == JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("paths") && value == JsonToken.START_ARRAY) {
                    readPaths(parser, paths);
                } else if (name.equals("expand") && value.isBoolean()) {
                    expand = parser.getBooleanValue();
                } else {
                    throw refused("The member " + shown(name)
                            + " is invalid; use only paths (a list of strings) and expand (true or false)");
                }
            }
            require(parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null);
            return new PathsInfoRequest(paths, expand);
        } catch (IOException e) {
            throw refused("The body is not a JSON object with distinct members");
        }
    }

    private static void readPaths(JsonParser parser, List<String> paths) throws IOException {
        while (parser.nextToken() == JsonToken.VALUE_STRING) {
            String path = parser.getText();
            require(StandardCharsets.UTF_8.newEncoder().canEncode(path));
            paths.add(path);
        }
        require(parser.currentToken() == JsonToken.END_ARRAY);
    }

    private static void require(boolean holds) throws IOException {
        if (!holds) {
            throw new IOException("not a paths-info request");
        }
    }

    private static String utf8(byte[] body) throws CharacterCodingException {
        CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
        return text.toString();
    }

    private static AmbiguousRequestException refused(String why) {
        return new AmbiguousRequestException(why + REMEDY);
    }

    /** The body to send upstream; equal requests have equal bodies. */
    public byte[] body() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(body)) {
            json.writeStartObject();
            json.writeArrayFieldStart("paths");
            for (String path : paths) {
                json.writeString(path);
            }
            json.writeEndArray();
            json.writeBooleanField("expand", expand);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return body.toByteArray();
    }

    /** A key for the request; equal requests have equal keys. */
    public String key() {
        Hasher hasher = Hasher.of(Digest.Algorithm.SHA256, 0);
        hasher.update(ByteBuffer.wrap(KeyBuilder.key(paths).getBytes(StandardCharsets.UTF_8)));
        return KeyBuilder.key(hasher.finish().hex(), expand ? "expanded" : "plain");
    }
}
