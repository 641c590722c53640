package io.artifactvault.testhub;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The routes of the host itself: who am I, lists of repositories, telemetry and the like. */
final class HubHost {
    private final HubWorld world;

    HubHost(HubWorld world) {
        this.world = world;
    }

    void answer(HubExchange exchange) throws IOException {
        String path = exchange.request().path();
        switch (path) {
            case "/api/whoami-v2" -> whoAmI(exchange);
            case "/api/agent-harnesses" -> exchange.json(HubHost::empty);
            case "/api/validate-yaml" -> exchange.json(HubHost::valid);
            case "/api/models", "/api/datasets", "/api/spaces" -> list(exchange, path.substring("/api/".length()));
            default -> {
                if (!path.startsWith("/api/telemetry/")) {
                    throw HubError.NO_ROUTE.refusal();
                }
                exchange.reply().status(204);
            }
        }
    }

    private static void whoAmI(HubExchange exchange) throws IOException {
        HubUser user = exchange.caller().user().orElseThrow(HubError.MISSING_FOR_ANONYMOUS::refusal);
        exchange.json(g -> {
            g.writeStartObject();
            g.writeStringField("type", "user");
            g.writeStringField("id", Digests.hex("SHA-1", user.name()).substring(0, 24));
            g.writeStringField("name", user.name());
            g.writeStringField("fullname", user.name());
            g.writeBooleanField("isPro", false);
            g.writeArrayFieldStart("orgs");
            g.writeEndArray();
            writeToken(g);
            g.writeEndObject();
        });
    }

    private static void writeToken(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("auth");
        json.writeStringField("type", "access_token");
        json.writeObjectFieldStart("accessToken");
        json.writeStringField("displayName", "test");
        json.writeStringField("role", "read");
        json.writeStringField("createdAt", "2025-01-01T00:00:00.000Z");
        json.writeEndObject();
        json.writeEndObject();
    }

    private void list(HubExchange exchange, String type) throws IOException {
        Query query = exchange.query();
        String search = query.first("search").orElse("").toLowerCase(Locale.ROOT);
        String author = query.first("author").map(a -> a + "/").orElse("");
        List<HubRepository> all = world.ofType(type).stream()
                .filter(r -> exchange.caller().maySee(r) && !r.isDisabled())
                .filter(r -> r.id().toLowerCase(Locale.ROOT).contains(search) && r.id().startsWith(author))
                .toList();
        int limit = Math.clamp(query.number("limit", exchange.knobs().pageSize), 1, exchange.knobs().pageSize);
        Optional<String> cursor = query.first("cursor");
        List<HubRepository> rest = Cursor.rest(all, cursor, HubRepository::id);
        List<HubRepository> page = rest.stream().limit(limit).toList();
        if (rest.size() > limit) {
            Paging.linkNext(exchange, limit, page.getLast().id());
        }
        exchange.json(g -> {
            g.writeStartArray();
            for (HubRepository repository : page) {
                new HubInfo(repository, repository.head(), query).write(g);
            }
            g.writeEndArray();
        });
    }

    private static void empty(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeEndObject();
    }

    private static void valid(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("errors");
        json.writeEndArray();
        json.writeArrayFieldStart("warnings");
        json.writeEndArray();
        json.writeEndObject();
    }
}
