package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.CorsOrigins;
import io.artifactvault.testhub.Asked;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which web pages may read what the vault answers. */
class CorsTest extends HubStory {
    private static final String LAB = "https://lab.example";
    private static final List<String> TARGETS = List.of(
            "acme/tiny/resolve/main/config.json",
            "acme/tiny/resolve/main/nope",
            "acme/gated/resolve/main/only-here.bin",
            "api/models/acme/tiny",
            "api/models?search=acme",
            "api/whoami-v2");

    private void configure(String... origins) throws Exception {
        stage.close();
        stage.hub(hub -> hub.corsOrigins(CorsOrigins.of(List.of(origins)))).start();
    }

    private HttpResponse<byte[]> from(String origin, String method, String below) throws Exception {
        return stage.send(method, below, "Origin", origin);
    }

    @Test
    void byDefaultEveryPageMayReadResponses() throws Exception {
        expectEveryPageMayRead();
    }

    private void expectEveryPageMayRead() throws Exception {
        for (String below : TARGETS) {
            HttpResponse<byte[]> answer = from(LAB, "GET", below);
            assertThat(answer.headers().allValues("access-control-allow-origin"))
                    .as(below)
                    .containsExactly("*");
            assertThat(answer.headers().allValues("vary")).as(below).doesNotContain("Origin");
        }
    }

    @Test
    void onlyListedPagesMayReadAlsoWhatWasStoredBefore() throws Exception {
        expectEveryPageMayRead();
        configure(LAB);
        for (String below : TARGETS) {
            for (String method : List.of("GET", "HEAD", "OPTIONS")) {
                HttpResponse<byte[]> listed = from(LAB, method, below);
                assertThat(listed.headers().allValues("access-control-allow-origin"))
                        .as(method + " " + below)
                        .containsExactly(LAB);
                expectVary(listed);
                HttpResponse<byte[]> other = from("https://evil.example", method, below);
                assertThat(other.headers().map().keySet())
                        .as(method + " " + below)
                        .noneMatch(name -> name.startsWith("access-control-"));
                expectVary(other);
            }
            expectVary(stage.get(below));
        }
    }

    private static void expectVary(HttpResponse<byte[]> answer) {
        assertThat(String.join(", ", answer.headers().allValues("vary"))).contains("Origin");
    }

    /** Errors that the vault makes by itself, at whatever point it notices. */
    private List<HttpResponse<byte[]>> errors() throws Exception {
        List<HttpResponse<byte[]>> errors = new ArrayList<>();
        errors.add(from(LAB, "PROPFIND", "acme/tiny/resolve/main/config.json"));
        errors.add(from(LAB, "PUT", "acme/tiny/resolve/main/config.json"));
        errors.add(from(LAB, "GET", "api/models/acme/tiny/tree/main?recursive=maybe"));
        errors.add(from(LAB, "GET", "api/models/acme/tiny/xet-read-token/main"));
        errors.add(from(LAB, "GET", "_lfs/models/acme/tiny/" + "0".repeat(64)));
        errors.add(from(LAB, "GET", "acme/tiny/resolve/main/" + "x".repeat(20_000)));
        errors.add(stage.send(
                "GET", "api/models?search=" + "x".repeat(4_000), "Origin", LAB, "X-Long", "x".repeat(63_000)));
        errors.add(from(LAB, "GET", "acme/tiny/%00"));
        errors.add(stage.send("GET", "acme/tiny/resolve/main/none", "Origin", LAB, "Cache-Control", "only-if-cached"));
        hub.stop();
        errors.add(from(LAB, "GET", "acme/tiny/resolve/main/unheard-of"));
        errors.add(from(LAB, "GET", "api/whoami-v2"));
        return errors;
    }

    @Test
    void aPageMayReadEveryErrorBelowAMount() throws Exception {
        List<HttpResponse<byte[]>> errors = errors();
        assertThat(errors)
                .extracting(HttpResponse::statusCode)
                .containsExactly(405, 405, 400, 404, 403, 414, 431, 400, 504, 502, 502);
        for (HttpResponse<byte[]> error : errors) {
            assertThat(error.headers().allValues("access-control-allow-origin"))
                    .as(error.uri() + " " + error.statusCode())
                    .containsExactly("*");
            assertThat(error.headers()
                            .firstValue("access-control-expose-headers")
                            .orElse(""))
                    .as(error.uri() + " " + error.statusCode())
                    .contains("X-Error-Message", "X-Error-Code", "Retry-After");
        }
    }

    @Test
    void onlyListedPagesMayReadErrors() throws Exception {
        configure(LAB);
        for (HttpResponse<byte[]> error : errors()) {
            assertThat(error.headers().allValues("access-control-allow-origin"))
                    .as(error.uri() + " " + error.statusCode())
                    .containsExactly(LAB);
            expectVary(error);
        }
        hub.start();
        configure("https://other.example");
        for (HttpResponse<byte[]> error : errors()) {
            assertThat(error.headers().map().keySet())
                    .as(error.uri() + " " + error.statusCode())
                    .noneMatch(name -> name.startsWith("access-control-"));
        }
    }

    @Test
    void noPageMayReadResponsesOutsideTheMounts() throws Exception {
        HttpResponse<byte[]> error = stage.client()
                .send(stage.request("GET", "/elsewhere", "Origin", LAB), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(error.statusCode()).isEqualTo(404);
        assertThat(error.headers().firstValue("access-control-allow-origin")).isEmpty();
    }

    @Test
    void aPreflightAllowsWhatClientsSend() throws Exception {
        HttpResponse<byte[]> preflight = from(LAB, "OPTIONS", "api/models/acme/tiny/commit/main");
        assertThat(preflight.headers().firstValue("access-control-allow-methods"))
                .hasValue("GET, HEAD, POST, PUT, PATCH, DELETE");
        assertThat(preflight
                        .headers()
                        .firstValue("access-control-allow-headers")
                        .orElseThrow()
                        .split(", "))
                .contains("authorization", "range", "if-none-match", "if-range", "cache-control", "content-type", "*");
    }

    @Test
    void aPageThatPassesKeepsItsSecurityPolicy() throws Exception {
        hub.fail(Asked.path("/acme/tiny/blob/main/README.md"), reply -> {
            reply.field("Content-Type", "text/html; charset=utf-8")
                    .field("Content-Security-Policy", "script-src 'self'")
                    .answer("<!DOCTYPE html>");
            return true;
        });
        HttpResponse<byte[]> page = stage.get("acme/tiny/blob/main/README.md");
        assertThat(page.headers().allValues("content-security-policy")).containsExactly("script-src 'self'");
    }

    @Test
    void contentOfABucketCannotRunScriptsAtTheVaultsAddress() throws Exception {
        hub.repo("buckets", "acme/bulk").xet("page.html", "<script>1</script>".getBytes(StandardCharsets.UTF_8));
        HttpResponse<byte[]> page = stage.get("buckets/acme/bulk/resolve/page.html");
        assertThat(page.headers().allValues("content-security-policy")).containsExactly("default-src 'none'; sandbox");
    }

    @Test
    void noPageMayReadWhereTheListIsEmpty() throws Exception {
        configure();
        assertThat(from(LAB, "GET", TARGETS.getFirst()).headers().firstValue("access-control-allow-origin"))
                .isEmpty();
        assertThat(stage.get(TARGETS.getFirst()).statusCode()).isEqualTo(200);
    }
}
