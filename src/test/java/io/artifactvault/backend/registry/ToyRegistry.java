package io.artifactvault.backend.registry;

import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A registry of packages with a token service, and a second server for the files. The owner of {@code key-alice} may have everything,
 * that of {@code key-bob} the package {@code open}, callers without a credential the package {@code public}.
 */
final class ToyRegistry implements AutoCloseable {
    static final Content FILE = Content.generated(200_000, 3);

    final ScriptedOrigin index = ScriptedOrigin.open("127.0.0.1", this::page);
    final ScriptedOrigin files = ScriptedOrigin.open("127.0.0.1", this::file);

    /** Scopes by the tokens that hold. */
    final Map<String, String> tokens = new ConcurrentHashMap<>();

    private volatile String crowd = "";
    private volatile CountDownLatch refusals = new CountDownLatch(0);
    private final AtomicInteger given = new AtomicInteger();
    volatile String realm = index.base() + "/token";
    volatile String cacheControl = "max-age=60";
    volatile Content served = FILE;
    volatile int tokenStatus = 200;

    private void page(OriginRequest request, OriginReply reply) throws IOException {
        if (request.path().equals("/token")) {
            token(request, reply);
        } else if (isAllowed(request, reply, request.path().split("/", -1)[2])) {
            boolean html = request.field("Accept").equals(Optional.of("text/html"));
            String etag = html ? "\"html-1\"" : "\"json-1\"";
            reply.field("Cache-Control", cacheControl).field("ETag", etag);
            if (request.field("If-None-Match").equals(Optional.of(etag))) {
                reply.status(304).sendHead();
                return;
            }
            reply.field("Content-Type", html ? "text/html" : "application/json")
                    .answer(html ? "<p>" + request.path() + "</p>" : "{\"page\":\"" + request.path() + "\"}");
        }
    }

    private void file(OriginRequest request, OriginReply reply) throws IOException {
        if (isAllowed(request, reply, request.path().split("/", -1)[1])) {
            reply.serve(served);
        }
    }

    private boolean isAllowed(OriginRequest request, OriginReply reply, String name) throws IOException {
        String token = request.field("Authorization").orElse("").replace("Bearer ", "");
        if (name.equals(tokens.get(token))) {
            return true;
        }
        if (request.field("Authorization").equals(Optional.of(crowd))) {
            refusals.countDown();
        }
        reply.status(401)
                .field(
                        "WWW-Authenticate",
                        "Bearer realm=\"" + realm + "\",service=\"toy registry\",scope=\"" + name + "\"")
                .answer("{}");
        return false;
    }

    private void token(OriginRequest request, OriginReply reply) throws IOException {
        String scope = request.query().substring(request.query().indexOf("scope=") + "scope=".length());
        String caller = request.field("Authorization").orElse("");
        boolean may = caller.startsWith("Toy key-alice/")
                || (caller.startsWith("Toy key-bob/") && scope.equals("open"))
                || scope.equals("public");
        if (caller.equals(crowd)) {
            awaitRefusals();
        }
        if (tokenStatus != 200) {
            reply.status(tokenStatus).answer("{}");
        } else if (may && request.query().startsWith("service=toy%20registry&")) {
            String token = "secret-token-" + given.incrementAndGet();
            tokens.put(token, scope);
            reply.field("Content-Type", "application/json")
                    .answer("{\"token\":\"" + token + "\",\"expires_in\":300,\"more\":{\"a\":[1]}}");
        } else {
            reply.status(403).answer("{}");
        }
    }

    /** That caller gets no token before that many of its requests were refused. */
    void tokensAfter(int requests, String caller) {
        refusals = new CountDownLatch(requests);
        crowd = caller;
    }

    private void awaitRefusals() throws IOException {
        try {
            if (!refusals.await(30, TimeUnit.SECONDS)) {
                throw new IOException("Too few requests were refused within 30 s.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The registry stopped while a token waited.");
        }
    }

    /** What the index and its token service were asked for, in order. */
    List<String> requests() {
        return index.requests().stream().map(OriginRequest::path).toList();
    }

    /** The credentials that the index and its token service got. */
    List<String> credentials() {
        return index.requests().stream()
                .map(request -> request.field("Authorization").orElse("none"))
                .toList();
    }

    void reset() {
        index.reset();
        files.reset();
    }

    /** The stanza of the configuration for this registry. */
    String stanza(Set<String> tokenHosts) {
        return "{type: registry, name: toys, config: {base_url: \"%s\", files_url: \"%s\", token_hosts: %s}}"
                .formatted(index.base(), files.base(), tokenHosts);
    }

    @Override
    public void close() {
        index.close();
        files.close();
    }
}
