package io.artifactvault.testhub;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The JSON routes of a repository: info, tree, paths-info, refs, commits, sizes, access check, Xet token. */
final class HubApi {
    private static final int EXPANDED_PAGE = 50;
    private static final long TOKEN_LIFE_SECONDS = 3600;

    private final String casBase;

    private final HubUploads uploads;

    HubApi(String casBase, HubUploads uploads) {
        this.uploads = uploads;
        this.casBase = casBase;
    }

    void answer(HubExchange exchange, HubTarget target, HubRepository repository) throws IOException {
        switch (target.verb()) {
            case "" -> info(exchange, repository, repository.head());
            case "revision" -> info(exchange, repository, commit(repository, target));
            case "tree" -> tree(exchange, target, repository);
            case "paths-info" -> pathsInfo(exchange, target, repository);
            case "refs" ->
                exchange.json(g -> refs(g, repository, exchange.query().flag("include_prs")));
            case "commits" -> commits(exchange, target, repository);
            case "treesize" -> treeSize(exchange, target, repository);
            case "auth-check" -> checkAccess(exchange, repository);
            case "xet-read-token" -> xetToken(exchange, target, repository);
            case "parquet" -> HubDoors.parquet(exchange, repository);
            case "preupload" -> HubUploads.modes(exchange);
            case "commit" -> uploads.commit(exchange, repository, target.revision());
            case "discussions" -> exchange.json(HubApi::noDiscussions);
            default -> throw HubError.NO_ROUTE.refusal();
        }
    }

    private static void info(HubExchange exchange, HubRepository repository, HubCommit commit) throws IOException {
        exchange.json(new HubInfo(repository, commit, exchange.query())::write);
    }

    private static void tree(HubExchange exchange, HubTarget target, HubRepository repository) throws IOException {
        HubCommit commit = commit(repository, target);
        HubTree tree = new HubTree(commit);
        Query query = exchange.query();
        HubTree.Style style = style(exchange, repository, query.flag("expand"));
        int most = style.expand() ? Math.min(EXPANDED_PAGE, exchange.knobs().pageSize) : exchange.knobs().pageSize;
        int limit = Math.clamp(query.number("limit", most), 1, most);
        List<HubTree.Entry> rest = Cursor.rest(
                tree.list(target.path(), query.flag("recursive")), query.first("cursor"), HubTree.Entry::path);
        List<HubTree.Entry> page = rest.stream().limit(limit).toList();
        if (rest.size() > limit) {
            Paging.linkNext(exchange, limit, page.getLast().path());
        }
        exchange.reply().field("X-Repo-Commit", commit.sha());
        exchange.json(g -> writeEntries(g, tree, page, style));
    }

    private static void pathsInfo(HubExchange exchange, HubTarget target, HubRepository repository) throws IOException {
        PathsRequest asked = PathsRequest.of(exchange.request());
        HubTree tree = new HubTree(commit(repository, target));
        List<HubTree.Entry> found = asked.paths().stream()
                .map(tree::entry)
                .flatMap(Optional::stream)
                .toList();
        HubTree.Style style = style(exchange, repository, asked.expand());
        exchange.json(g -> writeEntries(g, tree, found, style));
    }

    private static void writeEntries(JsonGenerator json, HubTree tree, List<HubTree.Entry> entries, HubTree.Style style)
            throws IOException {
        json.writeStartArray();
        for (HubTree.Entry entry : entries) {
            tree.write(json, entry, style);
        }
        json.writeEndArray();
    }

    private static HubTree.Style style(HubExchange exchange, HubRepository repository, boolean expand) {
        boolean redacted = !exchange.caller().mayReadFiles(repository);
        return new HubTree.Style(expand, exchange.knobs().xetJson, redacted);
    }

    private static void refs(JsonGenerator json, HubRepository repository, boolean pullRequests) throws IOException {
        json.writeStartObject();
        references(json, repository, "branches", "refs/heads/");
        references(json, repository, "tags", "refs/tags/");
        references(json, repository, "converts", "refs/convert/");
        if (pullRequests) {
            references(json, repository, "pullRequests", "refs/pr/");
        }
        json.writeEndObject();
    }

    private static void references(JsonGenerator json, HubRepository repository, String name, String prefix)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (Map.Entry<String, String> ref : repository.refs().entrySet()) {
            if (ref.getKey().startsWith(prefix)) {
                json.writeStartObject();
                json.writeStringField("name", ref.getKey().substring(prefix.length()));
                json.writeStringField("ref", ref.getKey());
                json.writeStringField("targetCommit", ref.getValue());
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    private static void commits(HubExchange exchange, HubTarget target, HubRepository repository) throws IOException {
        List<HubCommit> history = repository.history(commit(repository, target));
        int most = exchange.knobs().pageSize;
        int limit = Math.clamp(exchange.query().number("limit", most), 1, most);
        int page = Math.max(0, exchange.query().number("p", 0));
        exchange.reply().field("X-Total-Count", Integer.toString(history.size()));
        if ((page + 1L) * limit < history.size()) {
            Paging.linkPage(exchange, limit, page + 1);
        }
        boolean formatted = exchange.query().all("expand").contains("formatted");
        List<HubCommit> shown =
                history.stream().skip((long) page * limit).limit(limit).toList();
        exchange.json(g -> {
            g.writeStartArray();
            for (HubCommit commit : shown) {
                writeCommit(g, commit, formatted);
            }
            g.writeEndArray();
        });
    }

    private static void writeCommit(JsonGenerator json, HubCommit commit, boolean formatted) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", commit.sha());
        json.writeStringField("title", commit.title());
        json.writeStringField("message", "");
        json.writeArrayFieldStart("authors");
        json.writeStartObject();
        json.writeStringField("user", "alice");
        json.writeStringField("avatar", "/avatars/x.svg");
        json.writeEndObject();
        json.writeEndArray();
        json.writeStringField("date", commit.date());
        if (formatted) {
            json.writeObjectFieldStart("formatted");
            json.writeStringField("title", commit.title());
            json.writeStringField("message", "");
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void treeSize(HubExchange exchange, HubTarget target, HubRepository repository) throws IOException {
        HubCommit commit = commit(repository, target);
        String path = target.path();
        exchange.json(g -> {
            g.writeStartObject();
            g.writeStringField("path", "/" + path);
            g.writeNumberField("size", new HubTree(commit).size(path));
            g.writeEndObject();
        });
    }

    private static void checkAccess(HubExchange exchange, HubRepository repository) throws IOException {
        requireFiles(exchange, repository);
        exchange.json(g -> {
            g.writeStartObject();
            g.writeEndObject();
        });
    }

    private void xetToken(HubExchange exchange, HubTarget target, HubRepository repository) throws IOException {
        requireFiles(exchange, repository);
        HubCommit commit = commit(repository, target);
        String token = "xet_" + commit.sha();
        long expires = Instant.now().getEpochSecond() + TOKEN_LIFE_SECONDS;
        exchange.reply()
                .field("X-Xet-Cas-Url", casBase)
                .field("X-Xet-Access-Token", token)
                .field("X-Xet-Token-Expiration", Long.toString(expires));
        exchange.json(g -> {
            g.writeStartObject();
            g.writeStringField("accessToken", token);
            g.writeNumberField("exp", expires);
            g.writeStringField("casUrl", casBase);
            g.writeEndObject();
        });
    }

    private static void noDiscussions(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("discussions");
        json.writeEndArray();
        json.writeNumberField("count", 0);
        json.writeNumberField("start", 0);
        json.writeEndObject();
    }

    private static void requireFiles(HubExchange exchange, HubRepository repository) {
        if (!exchange.caller().mayReadFiles(repository)) {
            throw HubError.gated(repository, exchange.caller()).refusal();
        }
    }

    private static HubCommit commit(HubRepository repository, HubTarget target) {
        String revision = target.revision();
        return repository
                .find(revision)
                .orElseThrow(() -> HubError.noRevision(revision).refusal());
    }
}
