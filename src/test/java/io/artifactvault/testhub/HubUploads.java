package io.artifactvault.testhub;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Takes what clients send: which files go how, large objects, which the CDN's host takes, and commits. Safe for any thread. */
final class HubUploads {
    private static final Pattern LARGE = Pattern.compile(".*\\.(bin|safetensors|gguf|parquet)");
    private static final String PLACE = "/_upload/";

    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();

    /** Where an object is sent to, below the CDN's base. */
    static String place(String oid) {
        return PLACE + oid;
    }

    /** Takes an object; false when the request is for something else. */
    boolean take(OriginRequest request, OriginReply reply) throws IOException {
        if (!request.method().equals("PUT") || !request.path().startsWith(PLACE)) {
            return false;
        }
        String oid = request.path().substring(PLACE.length());
        // Of a request's body no more than 1 MiB is kept.
        boolean whole = Content.of(request.body()).sha256().equals(oid);
        if (whole) {
            objects.put(oid, request.body());
        }
        reply.status(whole ? 200 : 413).answer("");
        return true;
    }

    /** Says of each file whether it is sent within the commit. */
    static void modes(HubExchange exchange) throws IOException {
        List<String> paths = new ArrayList<>();
        texts(exchange.request().bodyText(), (name, text) -> {
            if (name.equals("path")) {
                paths.add(text);
            }
        });
        exchange.json(g -> {
            g.writeStartObject();
            g.writeArrayFieldStart("files");
            for (String path : paths) {
                g.writeStartObject();
                g.writeStringField("path", path);
                g.writeStringField("uploadMode", LARGE.matcher(path).matches() ? "lfs" : "regular");
                g.writeBooleanField("shouldIgnore", false);
                g.writeEndObject();
            }
            g.writeEndArray();
            g.writeEndObject();
        });
    }

    void commit(HubExchange exchange, HubRepository repository, String branch) throws IOException {
        if (exchange.caller().isAnonymous()) {
            throw HubError.MISSING_FOR_ANONYMOUS.refusal();
        }
        for (String line : exchange.request().bodyText().lines().toList()) {
            Map<String, String> step = new HashMap<>();
            texts(line, step::put);
            stage(repository, step);
        }
        String sha = repository.push(branch);
        exchange.json(g -> {
            g.writeStartObject();
            g.writeBooleanField("success", true);
            g.writeStringField("commitOid", sha);
            g.writeStringField("commitUrl", "https://huggingface.co/" + repository.id() + "/commit/" + sha);
            g.writeEndObject();
        });
    }

    /** All texts of a JSON text, with their names, wherever they stand. */
    private static void texts(String json, BiConsumer<String, String> consumer) throws IOException {
        try (JsonParser parser = HubJson.parse(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING) {
                    consumer.accept(String.valueOf(parser.currentName()), parser.getText());
                }
            }
        }
    }

    private void stage(HubRepository repository, Map<String, String> step) {
        String path = step.getOrDefault("path", "");
        switch (step.getOrDefault("key", "")) {
            case "file" -> repository.file(path, Base64.getDecoder().decode(step.getOrDefault("content", "")));
            case "lfsFile" ->
                repository.lfs(
                        path,
                        Optional.ofNullable(objects.get(step.getOrDefault("oid", "")))
                                .orElseThrow(() -> HubError.badRequest("That object was not sent")
                                        .refusal()));
            case "deletedFile" -> repository.remove(path);
            default -> {
                // The header: what is said of the commit is not kept.
            }
        }
    }
}
