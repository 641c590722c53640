package io.artifactvault.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.Backend;
import io.artifactvault.backend.ErrorFormat;
import io.artifactvault.backend.Resolution;
import io.artifactvault.cache.Vault;
import io.artifactvault.cache.content.Body;
import io.artifactvault.cache.content.MemoryBudget;
import io.artifactvault.cache.content.StoreNews;
import io.artifactvault.cache.request.Answer;
import io.artifactvault.cache.request.CacheSettings;
import io.artifactvault.cache.request.Errors;
import io.artifactvault.cache.request.Wholeness;
import io.artifactvault.http.CacheStatus;
import io.artifactvault.http.Fields;
import io.artifactvault.http.LoopMark;
import io.artifactvault.http.Request;
import io.artifactvault.http.Target;
import io.artifactvault.origin.Origin;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.blob.BlobStore;
import io.artifactvault.store.index.EntryIndex;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {
    private final Vault vault = new Vault(
            CacheSettings.defaults(),
            StoreSettings.of(Path.of("unused"), 1, 1, 1),
            untouched(EntryIndex.class),
            untouched(BlobStore.class),
            untouched(Origin.class),
            StoreNews.UNHEARD,
            Wholeness.UNKNOWN,
            MemoryBudget.unlimited(),
            Clock.systemUTC(),
            1);
    private static final LoopMark MARK = new LoopMark("artifact-vault-0123456789abcdef");

    private final Router router =
            new Router(List.of(says("/hf/", "hub"), says("/pypi/", "")), vault, front("front"), MARK);

    private final Router plain = new Router(List.of(plain("/plain/")), vault, front("front"), MARK);

    @AfterEach
    void close() {
        vault.close();
    }

    @Test
    void thePrefixChoosesTheBackend() {
        assertThat(text(answer("GET", "/hf/a/b"))).isEqualTo("hub");
        assertThat(answer("GET", "/hf/a/b").fields().first("Content-Length")).contains("3");
        assertThat(answer("GET", "/pypi/").body()).isEqualTo(new Body.None());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/hfx/a", "/HF/a", "//hf/a", "/hf", "/api/models"})
    void aPathBelowNoMountGetsTheListOfMounts(String path) {
        Answer answer = answer("GET", path);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.fields().first("X-Error-Message"))
                .contains("Nothing is mounted at " + path + "; this vault serves /hf/, /pypi/.");
    }

    @Test
    void whatIsMountedAtTheRootOfAHostGoesBeforeTheFront() {
        Router rooted = new Router(List.of(says("/", "hub")), vault, front("front"), MARK);

        assertThat(text(answer("GET", "/"))).isEqualTo("front");
        assertThat(text(rooted.respond(request("GET", "/"))
                        .toCompletableFuture()
                        .join()))
                .isEqualTo("hub");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT", "TRACE", "PROPFIND", "get"})
    void anUnknownMethodGetsTheKnownOnes(String method) {
        Answer answer = answer(method, "/hf/a");

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.fields().first("Allow")).contains("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    }

    @Test
    void aPreflightIsAnswered() {
        Answer answer = answer("OPTIONS", "/hf/a");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.body()).isEqualTo(new Body.None());
        assertThat(answer.fields().first("Access-Control-Allow-Origin")).contains("*");
        assertThat(answer.fields().first("Access-Control-Allow-Headers").orElseThrow())
                .contains("authorization", "range");
        assertThat(answer.fields().has("Content-Length")).isFalse();
    }

    /** Whatever the backend; before it is asked what the request means, and so before the cache can join it to another. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CDN-Loop | artifact-vault-0123456789abcdef",
                "CDN-Loop | cloudflare; loops=1, artifact-vault-0123456789abcdef; a=b",
                "Via | 1.1 other, 1.1 artifact-vault-0123456789abcdef (comment)",
                "Via | HTTP/1.1 artifact-vault-0123456789ABCDEF",
                "Via | 1.1 artifact-vault, 1.1 artifact-vault, 1.1 artifact-vault, 1.1 artifact-vault, 1.1 artifact-vault, 1.1 artifact-vault, 1.1 artifact-vault, 1.1 artifact-vault"
            })
    void aRequestThatHasBeenHereIsEndedAtOnce(String name, String value) {
        for (String method : List.of("GET", "POST", "OPTIONS")) {
            Answer answer = answer(method, "/hf/a", name, value);

            assertThat(answer.status()).isEqualTo(508);
            assertThat(answer.fields().first("X-Error-Code")).contains("LoopDetected");
        }
    }

    @ParameterizedTest
    @CsvSource({"CDN-Loop, artifact-vault-fedcba9876543210", "CDN-Loop, cloudflare", "Via, 1.1 artifact-vault"})
    void aRequestThatCameThroughAnotherVaultIsServed(String name, String value) {
        assertThat(answer("GET", "/hf/a", name, value).status()).isEqualTo(200);
    }

    @Test
    void healthIsAskedWithGetOrHead() {
        assertThat(text(answer("GET", "/healthz"))).isEqualTo("{\"status\":\"ok\"}");
        assertThat(answer("HEAD", "/healthz").status()).isEqualTo(200);
        assertThat(answer("POST", "/healthz").status()).isEqualTo(405);
        assertThat(answer("GET", "/healthz/x").status()).isEqualTo(404);
    }

    @Test
    void aBackendMountedAtTheRootLeavesHealthAlone() {
        Router rooted = new Router(List.of(says("/", "hub")), vault, front("front"), MARK);

        assertThat(text(rooted.respond(request("GET", "/healthz"))
                        .toCompletableFuture()
                        .join()))
                .isEqualTo("{\"status\":\"ok\"}");
        assertThat(text(rooted.respond(request("GET", "/a"))
                        .toCompletableFuture()
                        .join()))
                .isEqualTo("hub");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TRACE | /plain/a | | 405 | 405 The vault does not support this method; use one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS.",
                "GET | /plain/unread | | 413 | 413 Could not read the request: it is too long.",
                "GET | /plain/a | CDN-Loop | 508 | 508 The request has already passed through this vault: base_url, or a redirect, leads back to it.",
            })
    void anErrorBelowAMountReadsAsItsBackendWritesErrors(
            String method, String path, String loop, int status, String text) {
        String[] fields = loop == null ? new String[0] : new String[] {loop, "artifact-vault-0123456789abcdef"};
        Answer answer = plain.respond(request(method, path, fields))
                .toCompletableFuture()
                .join();

        assertThat(answer.status()).isEqualTo(status);
        assertThat(text(answer)).isEqualTo(text);
        assertThat(answer.fields().first("Content-Type")).contains("text/plain");
        assertThat(answer.fields().first("Content-Length")).contains(Integer.toString(text.length()));
        assertThat(answer.fields().first("Cache-Control")).contains("no-store");
        assertThat(answer.fields().has("X-Error-Message")).isFalse();
    }

    @Test
    void theFieldsOfAnErrorStayInEveryFormat() {
        Answer answer = plain.respond(request("TRACE", "/plain/a"))
                .toCompletableFuture()
                .join();

        assertThat(answer.fields().first("Allow")).contains("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    }

    @Test
    void anErrorOfTheServerBelowAMountReadsAsItsBackendWritesErrors() {
        Answer busy = Errors.answer(503, Fields.of("Retry-After", "1"), "Try again.", CacheStatus.local());
        Answer there = plain.readable("/plain/a", Optional.empty(), Optional.empty(), busy);
        Answer elsewhere = plain.readable("/other", Optional.empty(), Optional.empty(), busy);

        assertThat(text(there)).isEqualTo("503 Try again.");
        assertThat(there.fields().first("Retry-After")).contains("1");
        assertThat(text(elsewhere)).isEqualTo("{\"error\":\"Try again.\"}");
        assertThat(elsewhere.fields().first("X-Error-Message")).contains("Try again.");
    }

    private Answer answer(String method, String path, String... fields) {
        return router.respond(request(method, path, fields))
                .toCompletableFuture()
                .join();
    }

    private static Request request(String method, String path, String... fields) {
        return new Request(
                method, new Target(path, Optional.empty()), Fields.of(fields), "http://vault", Optional.empty());
    }

    private static String text(Answer answer) {
        return new String(((Body.Bytes) answer.body()).array(), StandardCharsets.UTF_8);
    }

    private static Responder front(String text) {
        Body body = new Body.Bytes(text.getBytes(StandardCharsets.UTF_8));
        return _ -> CompletableFuture.completedFuture(new Answer(200, Fields.EMPTY, body, CacheStatus.local()));
    }

    private static Backend says(String mount, String text) {
        return new Backend() {
            @Override
            public String name() {
                return mount;
            }

            @Override
            public String prefix() {
                return mount;
            }

            @Override
            public Resolution resolve(Request request) {
                return new Resolution.Local(200, Fields.EMPTY, text.getBytes(StandardCharsets.UTF_8));
            }
        };
    }

    /** Writes errors as plain text; what is below {@code unread} needs content that is too long. */
    private static Backend plain(String mount) {
        return new Backend() {
            @Override
            public String name() {
                return mount;
            }

            @Override
            public String prefix() {
                return mount;
            }

            @Override
            public ErrorFormat errors() {
                return (status, sentence, fields) -> new ErrorFormat.Text(
                        fields.with("Content-Type", "text/plain"),
                        (status + " " + sentence).getBytes(StandardCharsets.UTF_8));
            }

            @Override
            public Resolution resolve(Request request) {
                return new Resolution.Unread(0, _ -> {
                    throw new CompletionException(new IOException("it is too long"));
                });
            }
        };
    }

    private static <T> T untouched(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.isDefault()) {
                        return InvocationHandler.invokeDefault(proxy, method, arguments);
                    }
                    assertThat(method.getName())
                            .as("the router reaches nothing behind the vault")
                            .isEqualTo("close");
                    return null;
                }));
    }
}
