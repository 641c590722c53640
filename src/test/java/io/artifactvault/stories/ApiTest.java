package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Fields;
import io.artifactvault.testhub.StandardSet;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Hub's JSON: kept for its ttl, asked for again conditionally, without Xet hints, and paging on the vault. */
class ApiTest extends HubStory {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api/models/acme/tiny",
                "api/models/acme/tiny/revision/main",
                "api/models/acme/tiny/revision/main?blobs=true",
                "api/models/acme/tiny/tree/main?recursive=true&expand=false",
                "api/models/acme/tiny/refs",
                "api/models/acme/tiny/commits/main",
                "api/datasets/acme/ds",
                "api/models?search=tiny",
            })
    void jsonComesWithoutXetHints(String target) throws Exception {
        HttpResponse<byte[]> answer = stage.get(target);
        String body = new String(answer.body(), StandardCharsets.UTF_8);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(body).doesNotContain("xetHash", "xetEnabled");
        assertThat(JSON.readTree(body).isEmpty()).isFalse();
        assertThat(answer.headers().map().keySet()).doesNotContain("set-cookie", "location");
    }

    @Test
    void anAnswerIsReusedForItsTtlAndThenAskedForConditionally() throws Exception {
        String info = "api/models/acme/tiny/revision/main";
        HttpResponse<byte[]> cold = stage.get(info);
        assertThat(stage.get(info).headers().firstValue("x-cache")).hasValue("HIT");
        stage.clock.advance(Duration.ofSeconds(61));
        hub.reset();
        HttpResponse<byte[]> again = stage.get(info);
        assertThat(again.headers().firstValue("x-cache")).hasValue("REVALIDATED");
        assertThat(again.body()).isEqualTo(cold.body());
        assertThat(hub.requests())
                .singleElement()
                .satisfies(r -> assertThat(r.field("If-None-Match")).isPresent());
    }

    @Test
    void a304OfAnotherVersionFreshensNothing() throws Exception {
        String info = "api/models/acme/tiny/revision/main";
        stage.get(info);
        stage.clock.advance(Duration.ofSeconds(61));
        hub.reset();
        hub.failOnce(Asked.hub(), Fault.answer(304, Fields.of("ETag", "\"another\""), ""));
        HttpResponse<byte[]> again = stage.get(info);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.headers().firstValue("etag")).isNotEqualTo(Optional.of("\"another\""));
        assertThat(hub.requests()).hasSize(2);
        assertThat(hub.requests().getLast().field("If-None-Match")).isEmpty();
    }

    @Test
    void headOfJsonHasTheLengthOfTheEditedBody() throws Exception {
        String tree = "api/models/acme/tiny/tree/main?recursive=true";
        HttpResponse<byte[]> head = stage.head(tree);
        assertThat(head.headers().firstValue("content-length"))
                .hasValue(Integer.toString(stage.get(tree).body().length));
    }

    @Test
    void pagingLinksPointToTheVaultUntilTheLastPage() throws Exception {
        String next = stage.uri("/huggingface/api/models/acme/many/tree/main?recursive=true&limit=500")
                .toString();
        int files = 0;
        int pages = 0;
        while (!next.isEmpty()) {
            assertThat(next).startsWith(stage.uri("/huggingface/").toString());
            HttpResponse<byte[]> page =
                    stage.client().send(HttpRequest.newBuilder(URI.create(next)).build(), BodyHandlers.ofByteArray());
            for (JsonNode entry : JSON.readTree(page.body())) {
                files += entry.get("type").asText().equals("file") ? 1 : 0;
            }
            next = page.headers().firstValue("link").map(ApiTest::target).orElse("");
            pages++;
        }
        assertThat(files).isGreaterThanOrEqualTo(1200);
        assertThat(pages).isGreaterThan(1);
    }

    private static String target(String link) {
        assertThat(link).matches("<[^>]+>; rel=\"next\"");
        return link.substring(1, link.indexOf('>'));
    }

    @Test
    void pathsInfoGoesThroughWithItsBodyAndLosesItsXetHints() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(stage.uri("/huggingface/api/models/acme/tiny/paths-info/main"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"paths\":[\"model.safetensors\",\"nope\"]}"))
                .build();
        HttpResponse<byte[]> answer = stage.client().send(request, BodyHandlers.ofByteArray());
        JsonNode entries = JSON.readTree(answer.body());
        assertThat(entries).hasSize(1);
        assertThat(entries.get(0).get("path").asText()).isEqualTo("model.safetensors");
        assertThat(entries.get(0).has("xetHash")).isFalse();
        assertThat(entries.get(0).get("lfs").get("size").asLong()).isEqualTo(204_800);
    }

    @Test
    void xetTokensAreNotHandedOut() throws Exception {
        assertThat(stage.get("api/models/acme/tiny/xet-read-token/main").statusCode())
                .isEqualTo(404);
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void errorsKeepTheirCode() throws Exception {
        HttpResponse<byte[]> noRepository = stage.get("api/models/acme/nothing");
        assertThat(noRepository.statusCode()).isEqualTo(401);
        assertThat(noRepository.headers().firstValue("x-error-code")).hasValue("RepoNotFound");
        HttpResponse<byte[]> noRevision = stage.get("acme/tiny/resolve/nope/config.json");
        assertThat(noRevision.statusCode()).isEqualTo(404);
        assertThat(noRevision.headers().firstValue("x-error-code")).hasValue("RevisionNotFound");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpt2/resolve/main/config.json",
                "acme/old-name/resolve/main/config.json",
                "ACME/Tiny/resolve/main/config.json",
                "acme/tiny/resolve/refs%2Fpr%2F1/config.json",
                "acme/tiny/resolve/refs/pr/1/config.json",
                "acme/tiny/resolve/v1.0/config.json",
                "/acme/tiny/resolve/main/config.json",
                "acme/tiny/resolve/main/config.json?download=true",
                "datasets/acme/ds/resolve/main/README.md",
                "spaces/acme/space/resolve/main/README.md",
                "acme/tiny/raw/main/config.json",
                "acme/tiny/resolve/feature%2Fx/config.json",
            })
    void everySpellingOfAFileIsAnsweredDirectly(String target) throws Exception {
        HttpResponse<byte[]> head = stage.head(target);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("location")).isEmpty();
        HttpResponse<byte[]> answer = stage.get(target);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-length")).hasValue(Integer.toString(answer.body().length));
        assertThat(head.headers().firstValue("etag")).isEqualTo(answer.headers().firstValue("etag"));
    }

    @Test
    void theRawPathOfALargeFileServesItsPointer() throws Exception {
        String pointer =
                new String(stage.get("acme/tiny/raw/main/model.safetensors").body(), StandardCharsets.UTF_8);
        assertThat(pointer).startsWith("version https://git-lfs.github.com/spec/v1\noid sha256:");
        assertThat(stage.get("acme/tiny/resolve/main/model.safetensors").body()).hasSize(204_800);
    }

    @Test
    void aListIsKeptForAnonymousCallersOnly() throws Exception {
        String list = "api/models?search=acme";
        String alice = "Bearer " + StandardSet.ALICE_TOKEN;
        stage.get(list, "Authorization", alice);
        assertThat(stage.get(list).headers().firstValue("x-cache")).hasValue("MISS");
        assertThat(stage.get(list).headers().firstValue("x-cache")).hasValue("HIT");
        assertThat(stage.get(list, "Authorization", alice).headers().firstValue("x-cache"))
                .hasValue("PASS");
        hub.stop();
        stage.clock.advance(Duration.ofHours(1));
        assertThat(stage.get(list).headers().firstValue("x-cache")).hasValue("STALE");
    }

    @Test
    void aFileAllowsOnlyReadMethods() throws Exception {
        HttpResponse<byte[]> refused = stage.send("DELETE", "acme/tiny/resolve/main/config.json");
        assertThat(refused.statusCode()).isEqualTo(405);
        assertThat(refused.headers().firstValue("allow")).hasValue("GET, HEAD");
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void a404ThatTheHubDidNotSignIsNotRemembered() throws Exception {
        String refs = "api/models/acme/tiny/refs";
        hub.fail(
                r -> r.path().endsWith("/refs"),
                Fault.answer(404, Fields.of("Content-Type", "application/json"), "{\"error\":\"no route\"}"));
        assertThat(stage.get(refs).statusCode()).isEqualTo(404);
        hub.heal();
        assertThat(stage.get(refs).statusCode()).isEqualTo(200);
    }

    @Test
    void a404ThatTheHubSignedIsRemembered() throws Exception {
        stage.get("acme/tiny/resolve/nope/config.json");
        hub.reset();
        assertThat(stage.get("acme/tiny/resolve/nope/config.json").statusCode()).isEqualTo(404);
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void whoamiIsNeverKept() throws Exception {
        stage.get("api/whoami-v2", "Authorization", "Bearer " + StandardSet.ALICE_TOKEN);
        HttpResponse<byte[]> anonymous = stage.get("api/whoami-v2");
        assertThat(anonymous.statusCode()).isEqualTo(401);
    }
}
