package io.artifactvault.testhub;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Hub's other doors: git, git-lfs, the registry for models in GGUF, buckets, the viewer of data sets. */
final class HubDoors {
    private static final Pattern GIT = Pattern.compile(
            "/(datasets/|spaces/|)([^/]+/[^/]+?)(?:\\.git)?/(info/refs|git-upload-pack|git-receive-pack|info/lfs/objects/batch)");
    private static final Pattern REGISTRY = Pattern.compile("/v2/([^/]+/[^/]+)/(manifests|blobs)/([^/]+)");
    private static final Pattern BUCKET = Pattern.compile("/buckets/([^/]+/[^/]+)/resolve/([^/]+)");

    private final HubWorld world;
    private final SignedUrls signatures;
    private final String cdnBase;

    HubDoors(HubWorld world, SignedUrls signatures, String cdnBase) {
        this.world = world;
        this.signatures = signatures;
        this.cdnBase = cdnBase;
    }

    /** False when the path is of none of these. */
    boolean answer(HubExchange exchange) throws IOException {
        String path = exchange.request().path();
        Matcher git = GIT.matcher(path);
        Matcher registry = REGISTRY.matcher(path);
        Matcher bucket = BUCKET.matcher(path);
        if (git.matches()) {
            git(
                    exchange,
                    git.group(1).isEmpty() ? "models" : git.group(1).replace("/", ""),
                    git.group(2),
                    git.group(3));
        } else if (registry.matches()) {
            registry(exchange, readable(exchange, "models", registry.group(1)), registry.group(2), registry.group(3));
        } else if (bucket.matches()) {
            HubRepository repository = readable(exchange, "buckets", bucket.group(1));
            hint(exchange, repository);
            deliver(exchange, repository, repository.at(Percent.decode(bucket.group(2))));
        } else if (path.startsWith("/_viewer/")) {
            viewer(exchange);
        } else {
            return false;
        }
        return true;
    }

    /** Buckets have no revisions, so neither has the address of their tokens. */
    private static void hint(HubExchange exchange, HubRepository bucket) {
        String hash = exchange.knobs().bucketHash;
        if (!hash.isEmpty()) {
            String tokens = "/api/buckets/" + bucket.id() + "/xet-read-token";
            exchange.reply()
                    .field("X-Xet-Hash", hash)
                    .field("X-Xet-Refresh-Route", tokens)
                    .field(
                            "Link",
                            "<" + exchange.base() + tokens
                                    + ">; rel=\"xet-auth\", <https://cas.example/v1/reconstructions/" + hash
                                    + ">; rel=\"xet-reconstruction-info\"");
        }
    }

    private HubRepository readable(HubExchange exchange, String type, String id) {
        HubError missing = exchange.caller().isAnonymous() ? HubError.MISSING_FOR_ANONYMOUS : HubError.MISSING;
        HubRepository repository =
                world.exact(type, id).filter(exchange.caller()::maySee).orElseThrow(missing::refusal);
        if (!exchange.caller().mayReadFiles(repository)) {
            throw HubError.gated(repository, exchange.caller()).refusal();
        }
        return repository;
    }

    private void git(HubExchange exchange, String type, String id, String service) throws IOException {
        try {
            HubRepository repository = readable(exchange, type, id);
            if (service.endsWith("batch")) {
                batch(exchange, repository);
            } else {
                HubGit.answer(exchange, repository, service);
            }
        } catch (HubRefusal refusal) {
            if (exchange.caller().isAnonymous()) {
                exchange.reply().field("WWW-Authenticate", "Basic realm=\"Authentication required\"");
            }
            throw refusal;
        }
    }

    private void batch(HubExchange exchange, HubRepository repository) throws IOException {
        Map<String, Long> sizes = new LinkedHashMap<>();
        String oid = "";
        try (JsonParser json = HubJson.parse(exchange.request().bodyText())) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.VALUE_STRING && "oid".equals(json.currentName())) {
                    oid = json.getText();
                    sizes.put(oid, 0L);
                } else if (token == JsonToken.VALUE_NUMBER_INT && "size".equals(json.currentName())) {
                    sizes.put(oid, json.getLongValue());
                }
            }
        }
        exchange.reply().field("Content-Type", "application/vnd.git-lfs+json").answer(HubJson.write(g -> {
            g.writeStartObject();
            g.writeStringField("transfer", exchange.request().bodyText().contains("\"xet\"") ? "xet" : "basic");
            g.writeArrayFieldStart("objects");
            boolean sent = exchange.request().bodyText().contains("\"upload\"");
            for (Map.Entry<String, Long> object : sizes.entrySet()) {
                if (sent) {
                    place(g, object.getKey(), object.getValue());
                } else {
                    object(g, repository, object.getKey());
                }
            }
            g.writeEndArray();
            g.writeEndObject();
        }));
    }

    /** Where an object is to be sent. */
    private void place(JsonGenerator json, String oid, long size) throws IOException {
        json.writeStartObject();
        json.writeStringField("oid", oid);
        json.writeNumberField("size", size);
        json.writeObjectFieldStart("actions");
        json.writeObjectFieldStart("upload");
        json.writeStringField("href", cdnBase + HubUploads.place(oid));
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndObject();
    }

    private void object(JsonGenerator json, HubRepository repository, String oid) throws IOException {
        Optional<HubFile> file = large(repository, oid);
        json.writeStartObject();
        json.writeStringField("oid", oid);
        json.writeNumberField("size", file.map(HubFile::size).orElse(0L));
        if (file.isPresent()) {
            json.writeBooleanField("authenticated", true);
            json.writeObjectFieldStart("actions");
            json.writeObjectFieldStart("download");
            json.writeStringField("href", cdnBase + signatures.sign(repository, file.get(), "attachment"));
            json.writeObjectFieldStart("header");
            json.writeStringField("X-Of-The-Hub", "secret");
            json.writeEndObject();
            json.writeStringField("expires_at", "2036-01-01T00:00:00Z");
            json.writeEndObject();
            json.writeEndObject();
        } else {
            json.writeObjectFieldStart("error");
            json.writeNumberField("code", 404);
            json.writeStringField("message", "Object does not exist");
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static Optional<HubFile> large(HubRepository repository, String sha256) {
        return repository.head().files().values().stream()
                .filter(file -> file.isLarge() && file.content().sha256().equals(sha256))
                .findFirst();
    }

    private void registry(HubExchange exchange, HubRepository repository, String what, String name) throws IOException {
        if (what.equals("manifests")) {
            manifest(exchange, repository);
            return;
        }
        HubFile file = large(repository, name.replace("sha256:", ""))
                .orElseThrow(() -> HubError.noEntry(repository.head()).refusal());
        deliver(exchange, repository, file);
    }

    /** The first GGUF of the repository: one shape for llama.cpp, another for all others. */
    private static void manifest(HubExchange exchange, HubRepository repository) throws IOException {
        var gguf = repository.head().files().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(".gguf"))
                .findFirst()
                .orElseThrow(() -> HubError.badRequest("The repository has no GGUF of that kind")
                        .refusal());
        String sha256 = gguf.getValue().content().sha256();
        boolean llama = exchange.request().field("User-Agent").orElse("").contains("llama-cpp");
        exchange.reply().field("Vary", "Origin, User-Agent").field("Cache-Control", "max-age=60");
        exchange.json(g -> {
            g.writeStartObject();
            if (llama) {
                g.writeObjectFieldStart("ggufFile");
                g.writeStringField("rfilename", gguf.getKey());
                g.writeStringField("blobId", sha256);
                g.writeNumberField("size", gguf.getValue().size());
                g.writeEndObject();
            } else {
                g.writeNumberField("schemaVersion", 2);
                g.writeArrayFieldStart("layers");
                g.writeStartObject();
                g.writeStringField("mediaType", "application/vnd.ollama.image.model");
                g.writeStringField("digest", "sha256:" + sha256);
                g.writeNumberField("size", gguf.getValue().size());
                g.writeEndObject();
                g.writeEndArray();
            }
            g.writeEndObject();
        });
    }

    private void deliver(HubExchange exchange, HubRepository repository, HubFile file) throws IOException {
        boolean ollama = exchange.request()
                .field("User-Agent")
                .orElse("")
                .toLowerCase(Locale.ROOT)
                .contains("ollama");
        if (exchange.knobs().linkedLayers) {
            exchange.reply()
                    .field("X-Linked-Etag", "\"" + file.identity() + "\"")
                    .field("X-Linked-Size", Long.toString(file.size()));
        }
        exchange.redirect(ollama ? 307 : 302, cdnBase + signatures.sign(repository, file, "attachment"));
    }

    private static void viewer(HubExchange exchange) throws IOException {
        String dataset = exchange.query().first("dataset").orElse("");
        exchange.reply().field("X-Revision", "0123456789012345678901234567890123456789");
        exchange.json(g -> {
            g.writeStartObject();
            g.writeArrayFieldStart("parquet_files");
            g.writeStartObject();
            g.writeStringField("url", file(exchange, dataset));
            g.writeNumberField("size", 5);
            g.writeEndObject();
            g.writeEndArray();
            g.writeEndObject();
        });
    }

    private static String file(HubExchange exchange, String dataset) {
        return exchange.base() + "/datasets/" + dataset
                + "/resolve/refs%2Fconvert%2Fparquet/default/train/0000.parquet";
    }

    /** What the Hub's API tells about the same files. */
    static void parquet(HubExchange exchange, HubRepository repository) throws IOException {
        exchange.json(g -> {
            g.writeStartObject();
            g.writeObjectFieldStart("default");
            g.writeArrayFieldStart("train");
            g.writeString(file(exchange, repository.id()));
            g.writeEndArray();
            g.writeEndObject();
            g.writeEndObject();
        });
    }
}
