package io.artifactvault.admin;

import io.artifactvault.http.Request;
import io.artifactvault.http.RequestBody;
import io.artifactvault.snapshot.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** One call of the admin API, parsed strictly: unknown parameters are rejected by name. Confined to an admin thread. */
final class Call {
    private static final int MOST_BODY = 1 << 20;

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

    /** The JSON in the body, which may contain only known names. */
    Map<String, Object> json(List<String> known) throws AdminException {
        String type = request.fields().first("Content-Type").orElse("");
        if (!type.startsWith("application/json")) {
            throw new AdminException(415, "Send a JSON object with Content-Type: application/json.");
        }
        Map<String, Object> json = parsed(body());
        for (String name : json.keySet()) {
            if (!known.contains(name)) {
                throw new AdminException(
                        400, "\"" + name + "\" is not a known name; known names: " + String.join(", ", known) + ".");
            }
        }
        return json;
    }

    private static Map<String, Object> parsed(byte[] body) throws AdminException {
        try {
            return Json.object(body);
        } catch (IOException e) {
            throw new AdminException(400, "The body is not a JSON object: " + e.getMessage() + ".");
        }
    }

    private byte[] body() throws AdminException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            RequestBody body = request.body()
                    .orElseThrow(() -> new AdminException(400, "The request has no body; send a JSON object."));
            for (ByteBuffer piece = body.next(); piece != null; piece = body.next()) {
                if (all.size() + piece.remaining() > MOST_BODY) {
                    throw new AdminException(413, "The body is longer than " + MOST_BODY + " bytes.");
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
