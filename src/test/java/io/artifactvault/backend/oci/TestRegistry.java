package io.artifactvault.backend.oci;

import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A registry with a token service, and a second server to which it redirects for blobs. The repository {@code
 * library/public} is for everybody, {@code team/secret} for alice, {@code team/open} for alice and bob.
 */
final class TestRegistry implements AutoCloseable {
    static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

    /** A stored manifest. */
    record Manifest(String type, byte[] bytes) {
        static Manifest of(String type, String json) {
            return new Manifest(type, json.getBytes(StandardCharsets.UTF_8));
        }

        String digest() {
            return "sha256:" + Content.of(bytes).sha256();
        }
    }

    /** Decides about one request before the registry does; false if it did not answer. */
    @FunctionalInterface
    interface Fault {
        boolean answers(OriginRequest request, OriginReply reply) throws IOException;
    }

    final ScriptedOrigin api = ScriptedOrigin.open("127.0.0.1", this::answer);
    final ScriptedOrigin storage = ScriptedOrigin.open("127.0.0.1", this::stored);
    final Map<String, Manifest> manifests = new ConcurrentHashMap<>();
    final Map<String, Content> blobs = new ConcurrentHashMap<>();
    final Map<String, String> lists = new ConcurrentHashMap<>();
    final AtomicInteger tokens = new AtomicInteger();

    /** Each token that was issued, and the repository and caller for which it was. */
    final Map<String, String> issued = new ConcurrentHashMap<>();

    /** Callers whose login is not accepted any more. */
    final Set<String> revoked = ConcurrentHashMap.newKeySet();

    private final Set<String> valid = ConcurrentHashMap.newKeySet();
    volatile boolean needsToken;
    volatile boolean redirects = true;
    volatile boolean saysDigest = true;
    volatile Fault fault = (_, _) -> false;
    volatile Fault storageFault = (_, _) -> false;

    static String basic(String user) {
        return "Basic "
                + Base64.getEncoder().encodeToString((user + ":secret-" + user).getBytes(StandardCharsets.UTF_8));
    }

    /** No token is valid any more, although none has ended. */
    void forgetTokens() {
        valid.clear();
    }

    /** Stores a manifest under its digest and a tag. */
    Manifest push(String repository, String tag, Manifest manifest) {
        manifests.put(repository + "@" + manifest.digest(), manifest);
        manifests.put(repository + "@" + tag, manifest);
        return manifest;
    }

    String pushBlob(String repository, Content content) {
        String digest = "sha256:" + content.sha256();
        blobs.put(repository + "@" + digest, content);
        return digest;
    }

    private void answer(OriginRequest request, OriginReply reply) throws IOException {
        if (request.path().equals("/token")) {
            token(request, reply);
            return;
        }
        if (fault.answers(request, reply)) {
            return;
        }
        List<String> path = List.of(request.path().substring("/v2/".length()).split("/", -1));
        if (path.size() < 3) {
            reply.answer("{}");
            return;
        }
        String repository = String.join("/", path.subList(0, path.size() - 2));
        if (!isAllowed(request, reply, repository)) {
            return;
        }
        String last = path.getLast().replace("%3A", ":");
        switch (path.get(path.size() - 2)) {
            case "manifests" -> manifest(repository, last, reply);
            case "blobs" -> blob(repository, last, reply);
            default -> list(request, reply);
        }
    }

    private void manifest(String repository, String reference, OriginReply reply) throws IOException {
        Manifest manifest = manifests.get(repository + "@" + reference);
        if (manifest == null) {
            error(reply, 404, "MANIFEST_UNKNOWN");
            return;
        }
        reply.field("Content-Type", manifest.type());
        if (saysDigest) {
            reply.field("Docker-Content-Digest", manifest.digest());
        }
        reply.answer(manifest.bytes());
    }

    private void blob(String repository, String digest, OriginReply reply) throws IOException {
        Content content = blobs.get(repository + "@" + digest);
        if (content == null) {
            error(reply, 404, "BLOB_UNKNOWN");
        } else if (redirects) {
            reply.status(307)
                    .field("Location", storage.base() + "/" + repository + "@" + digest + "?signature=secret-signature")
                    .answer("");
        } else {
            reply.field("Content-Type", "application/octet-stream").asContent().serve(content);
        }
    }

    private void stored(OriginRequest request, OriginReply reply) throws IOException {
        if (storageFault.answers(request, reply)) {
            return;
        }
        Content content = blobs.get(request.path().substring(1).replace("%3A", ":"));
        if (content == null) {
            reply.status(404).answer("");
            return;
        }
        reply.field("Content-Type", "application/octet-stream").asContent().serve(content);
    }

    private void list(OriginRequest request, OriginReply reply) throws IOException {
        String key = request.target().substring("/v2/".length());
        String body = lists.get(key);
        if (body == null) {
            error(reply, 404, "NAME_UNKNOWN");
            return;
        }
        Optional.ofNullable(lists.get(key + " link")).ifPresent(link -> reply.field("Link", link));
        reply.field("Content-Type", request.path().contains("/referrers/") ? OCI_INDEX : "application/json")
                .answer(body);
    }

    static void error(OriginReply reply, int status, String code) throws IOException {
        reply.status(status)
                .field("Content-Type", "application/json")
                .answer("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"upstream's own\"}]}");
    }

    private boolean isAllowed(OriginRequest request, OriginReply reply, String repository) throws IOException {
        boolean isPublic = repository.startsWith("library/");
        String credential = request.field("Authorization").orElse("");
        if ((isPublic && !needsToken) || valid.contains(repository + " " + credential)) {
            return true;
        }
        reply.field(
                "WWW-Authenticate",
                "Bearer realm=\"" + api.base() + "/token\",service=\"registry.test\",scope=\"repository:" + repository
                        + ":pull\"");
        error(reply, 401, "UNAUTHORIZED");
        return false;
    }

    private void token(OriginRequest request, OriginReply reply) throws IOException {
        String caller = request.field("Authorization").orElse("");
        String repository = request.query()
                .substring(request.query().indexOf("scope=") + "scope=".length())
                .replace("%3A", ":")
                .replace("%2F", "/")
                .replace("repository:", "")
                .replace(":pull", "");
        boolean may = repository.startsWith("library/")
                || caller.equals(basic("alice"))
                || (caller.equals(basic("bob")) && repository.equals("team/open"));
        boolean known = (caller.equals(basic("alice")) || caller.equals(basic("bob"))) && !revoked.contains(caller);
        if (!caller.isEmpty() && !known) {
            error(reply, 401, "UNAUTHORIZED");
            return;
        }
        // As Docker Hub does: a token is given in any case, and what it permits differs.
        String token = "secret-token-" + tokens.incrementAndGet();
        issued.put("Bearer " + token, repository + " " + caller);
        if (may) {
            valid.add(repository + " Bearer " + token);
        }
        reply.field("Content-Type", "application/json").answer("{\"token\":\"" + token + "\",\"expires_in\":300}");
    }

    /** Method and path of what the registry was asked for, tokens left out. */
    List<String> requests() {
        return api.requests().stream()
                .filter(request -> !request.path().equals("/token"))
                .map(request -> request.method() + " " + request.target())
                .toList();
    }

    void reset() {
        api.reset();
        storage.reset();
    }

    @Override
    public void close() {
        api.close();
        storage.close();
    }
}
