package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.OriginReply;
import io.artifactvault.testhub.StandardSet;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where Xet is let through: buckets, whose official downloads know nothing else, and tokens for uploads. */
class XetPassesTest extends HubStory {
    private static final String HASH = "63be".repeat(16);
    private static final String ALICE = "Bearer " + StandardSet.ALICE_TOKEN;
    private static final String TOKEN = "{\"accessToken\":\"t\",\"exp\":1848535668,\"casUrl\":\"https://cas.example\"}";

    private void answers(String path, Consumer<OriginReply> head, String body) {
        hub.fail(Asked.path(path), reply -> {
            head.accept(reply);
            reply.answer(body);
            return true;
        });
    }

    private static void xetToken(OriginReply reply) {
        reply.field("Content-Type", "application/json; charset=utf-8")
                .field("X-Xet-Cas-Url", "https://cas.example")
                .field("X-Xet-Access-Token", "t")
                .field("X-Xet-Token-Expiration", "1848535668");
    }

    private static void expectToken(HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(TOKEN);
        assertThat(answer.headers().firstValue("x-xet-cas-url")).hasValue("https://cas.example");
        assertThat(answer.headers().firstValue("x-xet-access-token")).hasValue("t");
        assertThat(answer.headers().firstValue("x-xet-token-expiration")).hasValue("1848535668");
        assertThat(answer.headers().firstValue("x-cache")).hasValue("PASS");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api/models/acme/tiny/xet-write-token/main",
                "api/datasets/acme/ds/xet-write-token/refs%2Fpr%2F1",
                "api/spaces/acme/app/xet-write-token/main",
                "api/kernels/acme/fast/xet-write-token/main",
                "api/buckets/acme/bulk/xet-write-token",
                "api/buckets/acme/bulk/xet-read-token"
            })
    void aTokenForXetReachesItsClientWithAllItsFields(String below) throws Exception {
        answers("xet-", XetPassesTest::xetToken, TOKEN);
        expectToken(stage.get(below, "Authorization", ALICE));
        assertThat(hub.requests(Asked.path("xet-")))
                .allMatch(request -> request.field("Authorization").equals(Optional.of(ALICE)));
    }

    @Test
    void aTokenForXetIsNeverKept() throws Exception {
        answers("xet-", XetPassesTest::xetToken, TOKEN);
        for (int i = 0; i < 2; i++) {
            stage.get("api/buckets/acme/bulk/xet-read-token", "Authorization", ALICE);
        }
        assertThat(hub.requests(Asked.path("xet-read-token"))).hasSize(2);
    }

    @Test
    void theServersTokenObtainsNoXetTokens() throws Exception {
        stage.close();
        stage.hub(hub -> hub.tokenForAnonymous(StandardSet.ALICE_TOKEN)).start();
        answers("xet-", XetPassesTest::xetToken, TOKEN);
        stage.get("api/buckets/acme/bulk/xet-read-token");
        stage.get("api/models/acme/tiny/xet-write-token/main");
        assertThat(hub.requests(Asked.path("xet-")))
                .hasSize(2)
                .noneMatch(request -> request.field("Authorization").isPresent());
    }

    @Test
    void aFileOfABucketNamesItsXetHashAndWhereTokensAreHad() throws Exception {
        hub.repo("buckets", "acme/bulk").xet("dir/file.bin", "of a bucket".getBytes(StandardCharsets.UTF_8));
        hub.knobs().bucketHash(HASH);

        HttpResponse<byte[]> head = stage.head("buckets/acme/bulk/resolve/dir%2Ffile.bin");

        String tokens =
                stage.uri("/huggingface/api/buckets/acme/bulk/xet-read-token").toString();
        assertThat(head.headers().firstValue("x-xet-hash")).hasValue(HASH);
        assertThat(head.headers().firstValue("x-xet-refresh-route")).hasValue(tokens);
        assertThat(head.headers().firstValue("link").orElseThrow())
                .contains("<" + tokens + ">; rel=\"xet-auth\"")
                .contains("/v1/reconstructions/" + HASH + ">; rel=\"xet-reconstruction-info\"")
                .doesNotContain("/huggingface/v1/reconstructions");
        assertThat(head.headers().firstValue("x-linked-size")).hasValue("11");
    }

    @Test
    void xetFieldsOfTheCdnReachNoClient() throws Exception {
        hub.repo("buckets", "acme/bulk").xet("file.bin", "of a bucket".getBytes(StandardCharsets.UTF_8));
        hub.fail(Asked.cdn(), reply -> {
            reply.field("X-Xet-Hash", HASH)
                    .field("X-Xet-Refresh-Route", "/x")
                    .field("X-Xet-Cas-Url", "https://evil.example")
                    .field("Link", "<https://evil.example/>; rel=\"xet-auth\"");
            return false;
        });
        HttpResponse<byte[]> answer = stage.get("buckets/acme/bulk/resolve/file.bin");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().map().keySet()).noneMatch(name -> name.startsWith("x-xet-") || name.equals("link"));
    }

    @Test
    void theListsOfABucketKeepTheirXetHashes() throws Exception {
        String list = "[{\"path\":\"file.bin\",\"size\":11,\"xetHash\":\"" + HASH + "\"}]";
        answers("/api/buckets/", reply -> reply.field("Content-Type", "application/json"), list);
        HttpResponse<byte[]> answer = stage.get("api/buckets/acme/bulk/tree?recursive=true");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(list);
    }

    @Test
    void repositoriesAreReadWithoutXetAsBefore() throws Exception {
        assertThat(stage.get("api/models/acme/tiny/xet-read-token/main").statusCode())
                .isEqualTo(404);
        HttpResponse<byte[]> head = stage.head("acme/tiny/resolve/main/model.safetensors");
        assertThat(head.headers().map().keySet()).noneMatch(name -> name.startsWith("x-xet-") || name.equals("link"));
    }
}
