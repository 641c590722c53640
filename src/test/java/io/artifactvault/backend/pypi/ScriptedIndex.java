package io.artifactvault.backend.pypi;

import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.OriginHandler;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** An index of Python packages with a second host for files; speaks JSON and HTML as its knobs say. */
final class ScriptedIndex implements AutoCloseable {
    /** A file as the index lists it; {@code keys} are further members of its JSON object. */
    record Listed(String name, String url, String keys) {}

    final ScriptedOrigin index = ScriptedOrigin.open("127.0.0.1", this::answer);
    final ScriptedOrigin files = ScriptedOrigin.open("127.0.0.1", this::answer);

    /** Files of both hosts by their paths. */
    final Map<String, Content> contents = new ConcurrentHashMap<>();

    /** What happens instead at a path of either host. */
    final Map<String, OriginHandler> scripts = new ConcurrentHashMap<>();

    private final Map<String, List<Listed>> projects = new ConcurrentHashMap<>();
    final Map<String, String> pages = new ConcurrentHashMap<>();

    /** Members of each page's JSON object besides the files. */
    volatile String keys = "\"meta\":{\"api-version\":\"1.4\"},\"name\":\"demo\"";

    volatile boolean speaksJson = true;
    volatile String login = "";
    volatile int status = 200;

    static Content wheel(int seed) {
        return Content.generated(50_000, seed);
    }

    /** Lists a file of the index's own host, with its sha256 and size. */
    Content add(String project, String name, int seed, String keys) {
        Content content = wheel(seed);
        String path = "/packages/aa/" + name;
        contents.put(path, content);
        list(project, new Listed(name, index.base() + path, verified(content, keys)));
        return content;
    }

    static String verified(Content content, String more) {
        return "\"hashes\":{\"sha256\":\"" + content.sha256() + "\"},\"size\":" + content.length()
                + (more.isEmpty() ? "" : "," + more);
    }

    void list(String project, Listed file) {
        projects.computeIfAbsent(project, _ -> new ArrayList<>()).add(file);
    }

    void clear(String project) {
        projects.remove(project);
    }

    private void answer(OriginRequest request, OriginReply reply) throws IOException {
        String path = request.path();
        if (scripts.containsKey(path)) {
            scripts.get(path).handle(request, reply);
        } else if (status != 200) {
            reply.status(status).answer("{}");
        } else if (!login.isEmpty()
                && !request.field("Authorization").orElse("").equals(login)) {
            reply.status(401).field("WWW-Authenticate", "Basic realm=\"index\"").answer("no");
        } else if (path.startsWith("/simple/") && path.endsWith("/") && path.length() > "/simple/".length()) {
            page(request, reply, path.substring("/simple/".length(), path.length() - 1));
        } else if (contents.containsKey(path)) {
            reply.field("Content-Type", "binary/octet-stream").serve(contents.get(path));
        } else {
            reply.status(404).answer("no");
        }
    }

    private void page(OriginRequest request, OriginReply reply, String project) throws IOException {
        List<Listed> listed = projects.getOrDefault(project, List.of());
        if (!projects.containsKey(project) && !pages.containsKey(project)) {
            reply.status(404).answer("no");
            return;
        }
        String body = pages.getOrDefault(project, speaksJson ? json(listed) : html(listed));
        String etag = "\"" + Integer.toHexString(body.hashCode()) + "\"";
        if (request.field("If-None-Match").orElse("").equals(etag)) {
            reply.status(304).field("ETag", etag).answer("");
            return;
        }
        reply.field("ETag", etag)
                .field("Content-Type", speaksJson ? "application/vnd.pypi.simple.v1+json" : "text/html")
                .answer(body.getBytes(StandardCharsets.UTF_8));
    }

    private String json(List<Listed> listed) {
        List<String> files = listed.stream()
                .map(file -> "{\"filename\":\"" + file.name() + "\",\"url\":\"" + file.url() + "\""
                        + (file.keys().isEmpty() ? "" : "," + file.keys()) + "}")
                .toList();
        return "{" + keys + ",\"files\":[" + String.join(",", files) + "]}";
    }

    private static String html(List<Listed> listed) {
        StringBuilder html = new StringBuilder("<!DOCTYPE html><html><body>");
        listed.forEach(file -> html.append("<a href=\"")
                .append(file.url())
                .append("\">")
                .append(file.name())
                .append("</a><br/>\n"));
        return html.append("</body></html>").toString();
    }

    /** The requests for pages of the index. */
    List<OriginRequest> pagesAsked() {
        return index.requests(request -> request.path().startsWith("/simple/"));
    }

    /** The paths of files that were requested, at both hosts, with their methods. */
    List<String> filesAsked() {
        List<String> asked = new ArrayList<>();
        for (ScriptedOrigin origin : List.of(index, files)) {
            origin.requests(request -> !request.path().startsWith("/simple/"))
                    .forEach(request -> asked.add(request.method() + " " + request.path()));
        }
        return asked;
    }

    void reset() {
        index.reset();
        files.reset();
    }

    @Override
    public void close() {
        index.close();
        files.close();
    }
}
