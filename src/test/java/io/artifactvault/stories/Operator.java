package io.artifactvault.stories;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.artifactvault.fixtures.Stage;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/** Calls the admin API of a stage's vault, as an operator's tool does. */
final class Operator {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> OVER = List.of("done", "failed", "cancelled");

    private final Stage<?> stage;

    Operator(Stage<?> stage) {
        this.stage = stage;
    }

    HttpResponse<String> get(String path, String... fields) throws Exception {
        return send("GET", path, "", fields);
    }

    HttpResponse<String> post(String path, String json, String... fields) throws Exception {
        return send("POST", path, json, fields);
    }

    HttpResponse<String> send(String method, String path, String json, String... fields) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + stage.vault().adminPort() + path))
                .timeout(Stage.PATIENCE)
                .header("Content-Type", "application/json")
                .method(method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
        if (fields.length > 0) {
            request.headers(fields);
        }
        return stage.client().send(request.build(), BodyHandlers.ofString());
    }

    /** Orders a job and waits until it is over. */
    JsonNode order(String kind, String json, String... fields) throws Exception {
        return over(read(post("/admin/" + kind, json, fields)).get("id").asText());
    }

    JsonNode over(String id) throws Exception {
        long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
        JsonNode job = job(id);
        while (!OVER.contains(job.get("state").asText()) && System.nanoTime() < deadline) {
            Thread.sleep(20);
            job = job(id);
        }
        return job;
    }

    JsonNode job(String id) throws Exception {
        return read(get("/admin/jobs/" + id));
    }

    static JsonNode read(HttpResponse<String> answer) throws Exception {
        return JSON.readTree(answer.body());
    }
}
