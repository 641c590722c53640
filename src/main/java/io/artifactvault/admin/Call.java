package io.artifactvault.admin;

import io.artifactvault.http.Request;
import io.artifactvault.http.RequestBody;
import io.artifactvault.snapshot.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One call of the admin API, parsed strictly: unknown parameters are rejected by name. Confined to an admin thread. */
final class Call {
    private static final int MOST_BODY = 1 << 20;
    private static final int MOST_LIST = 16 << 20;

    private final Request request;
    private final String tail;

    /** {@code tail} is the last segment of the path if the route leaves it open, otherwise empty. */
    Call(Request request, String tail) {
        this.request = request;
        this.tail = tail;
    }

    Request request() {
        return request;
    }

    String tail() {
        return tail;
    }

    /** The body, which may contain any names. */
    Map<String, Object> json() throws AdminException {
        return json(MOST_BODY);
    }

    /** The same for a call that may contain a list of files, such as a lock file of a large project. */
    Map<String, Object> list() throws AdminException {
        return json(MOST_LIST);
    }

    private Map<String, Object> json(int most) throws AdminException {
        String type = request.fields().first("Content-Type").orElse("");
        if (!type.startsWith("application/json")) {
            throw new AdminException(415, "Send a JSON object with Content-Type: application/json.");
        }
        return parsed(body(most));
    }

    static void mustBeKnown(Map<String, Object> json, List<String> known) throws AdminException {
        for (String name : json.keySet()) {
            if (!known.contains(name)) {
                throw new AdminException(
                        400, "\"" + name + "\" is not a known name; known names: " + String.join(", ", known) + ".");
            }
        }
    }

    private static Map<String, Object> parsed(byte[] body) throws AdminException {
        try {
            return Json.object(body);
        } catch (IOException e) {
            throw new AdminException(400, "The body is not a JSON object: " + e.getMessage() + ".");
        }
    }

    private byte[] body(int most) throws AdminException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            RequestBody body = request.body()
                    .orElseThrow(() -> new AdminException(400, "The request has no body; send a JSON object."));
            for (ByteBuffer piece = body.next(); piece != null; piece = body.next()) {
                if (all.size() + piece.remaining() > most) {
                    throw new AdminException(413, "The body is longer than " + most + " bytes.");
                }
                byte[] bytes = new byte[piece.remaining()];
                piece.get(bytes);
                all.writeBytes(bytes);
            }
            return all.toByteArray();
        } catch (IOException e) {
            throw new AdminException(400, "The body did not arrive completely; send it again.");
        }
    }

    static String text(Map<String, Object> json, String name, String otherwise) throws AdminException {
        Object value = json.getOrDefault(name, otherwise);
        if (value instanceof String text) {
            return text;
        }
        throw new AdminException(400, "\"" + name + "\" must be a string.");
    }

    /** An empty one if it is not given. */
    static Map<String, Object> object(Map<String, Object> json, String name) throws AdminException {
        return named(json.getOrDefault(name, Map.of()))
                .orElseThrow(() -> new AdminException(400, "\"" + name + "\" must be an object."));
    }

    /** An empty list if it is not given. */
    static List<Map<String, Object>> objects(Map<String, Object> json, String name) throws AdminException {
        List<Map<String, Object>> all = new ArrayList<>();
        if (json.getOrDefault(name, List.of()) instanceof List<?> list) {
            list.forEach(element -> named(element).ifPresent(all::add));
            if (all.size() == list.size()) {
                return all;
            }
        }
        throw new AdminException(400, "\"" + name + "\" must be a list of objects.");
    }

    private static Optional<Map<String, Object>> named(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return Optional.empty();
        }
        Map<String, Object> named = new LinkedHashMap<>();
        map.forEach((key, inner) -> named.put(String.valueOf(key), inner));
        return Optional.of(named);
    }

    static boolean truth(Map<String, Object> json, String name) throws AdminException {
        Object value = json.getOrDefault(name, false);
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw new AdminException(400, "\"" + name + "\" must be true or false.");
    }

    static int number(Map<String, Object> json, String name, int otherwise, int most) throws AdminException {
        Object value = json.getOrDefault(name, (long) otherwise);
        if (value instanceof Long number && number >= 1 && number <= most) {
            return number.intValue();
        }
        throw new AdminException(400, "\"" + name + "\" must be a whole number from 1 to " + most + ".");
    }

    static List<String> texts(Map<String, Object> json, String name) throws AdminException {
        if (json.getOrDefault(name, List.of()) instanceof List<?> list
                && list.stream().allMatch(String.class::isInstance)) {
            return list.stream().map(String.class::cast).toList();
        }
        throw new AdminException(400, "\"" + name + "\" must be a list of strings.");
    }
}
