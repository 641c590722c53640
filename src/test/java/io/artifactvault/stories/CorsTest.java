package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
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
        stage.cors(origins).start();
    }

    private HttpResponse<byte[]> from(String origin, String method, String below) throws Exception {
        return stage.send(method, below, "Origin", origin);
    }

    @Test
    void byDefaultEveryPageMayReadAsBefore() throws Exception {
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

    @Test
    void noPageMayReadWhereTheListIsEmpty() throws Exception {
        configure();
        assertThat(from(LAB, "GET", TARGETS.getFirst()).headers().firstValue("access-control-allow-origin"))
                .isEmpty();
        assertThat(stage.get(TARGETS.getFirst()).statusCode()).isEqualTo(200);
    }
}
