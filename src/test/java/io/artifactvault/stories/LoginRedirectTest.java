package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Fields;
import io.artifactvault.testhub.HubFile;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.StandardSet;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A redirect off the Hub, to a login page or to a CDN, confirms nothing; only the Hub's naming of the content does, or its bytes. */
class LoginRedirectTest extends HubStory {
    private static final String ALICE = "Bearer " + StandardSet.ALICE_TOKEN;
    private static final String OLLAMA = "ollama/0.9";

    private HubRepository secret;
    private HubFile file;
    private String layer;

    @BeforeEach
    void aliceReads() throws Exception {
        secret = hub.repo("models", "acme/behind-a-login")
                .hidden(true)
                .lfs("model.gguf", "what a login page guards ".repeat(4000).getBytes(StandardCharsets.UTF_8))
                .file("config.json", "{\"a\": 1}");
        secret.push();
        file = secret.at("model.gguf");
        layer = "v2/acme/behind-a-login/blobs/sha256:" + file.content().sha256();
        hub.user("alice", StandardSet.ALICE_TOKEN).grant(secret);
    }

    private void aliceFetches() throws Exception {
        for (String below : List.of(
                layer,
                "acme/behind-a-login/resolve/main/model.gguf",
                "acme/behind-a-login/resolve/main/config.json",
                "api/models/acme/behind-a-login")) {
            assertThat(stage.get(below, "Authorization", ALICE).statusCode()).isEqualTo(200);
        }
        stage.awaitQuiet();
    }

    private static Predicate<OriginRequest> anonymous() {
        return Asked.hub().and(request -> request.field("Authorization").isEmpty());
    }

    /** As an identity-aware gateway does with callers whom it does not know. */
    private void putALoginBeforeTheHub(String... fields) {
        Fields redirect = Fields.of("Location", hub.cdn().base() + "/login?next=x");
        for (int i = 0; i < fields.length; i += 2) {
            redirect = redirect.with(fields[i], fields[i + 1]);
        }
        hub.fail(anonymous(), Fault.answer(302, redirect, "log in"));
        hub.fail(Asked.cdn().and(Asked.path("/login")), Fault.loginPage());
    }

    private boolean holdsSecret(HttpResponse<byte[]> answer) {
        String all = answer.headers().map() + new String(answer.body(), StandardCharsets.UTF_8);
        return all.contains("what a login page") || all.contains("HIT") || answer.statusCode() == 304;
    }

    /** The answer, or nothing of it where its connection was cut. */
    private boolean leaks(String method, String below, String... fields) throws Exception {
        try {
            return holdsSecret(stage.send(method, below, fields));
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X-Repo-Commit"})
    void aLoginPageGrantsNoAccess(String field) throws Exception {
        aliceFetches();
        if (field.isEmpty()) {
            putALoginBeforeTheHub();
        } else {
            putALoginBeforeTheHub(field, secret.sha());
        }
        String tag = "\"" + file.content().sha256() + "\"";
        for (String below : List.of(
                layer,
                "acme/behind-a-login/resolve/main/model.gguf",
                "acme/behind-a-login/resolve/" + secret.sha() + "/model.gguf",
                "acme/behind-a-login/resolve/main/config.json",
                "acme/behind-a-login/raw/main/config.json",
                "api/models/acme/behind-a-login",
                "api/models/acme/behind-a-login/tree/main",
                "v2/acme/behind-a-login/manifests/latest")) {
            assertThat(leaks("GET", below)).as(below).isFalse();
            assertThat(leaks("HEAD", below)).as(below).isFalse();
            assertThat(leaks("GET", below, "Range", "bytes=0-9")).as(below).isFalse();
            assertThat(leaks("GET", below, "If-None-Match", tag)).as(below).isFalse();
        }
        hub.stop();
        assertThat(leaks("GET", layer)).isFalse();
        assertThat(leaks("GET", "acme/behind-a-login/resolve/main/model.gguf")).isFalse();
        assertThat(leaks("GET", "acme/behind-a-login/resolve/main/config.json")).isFalse();
    }

    @Test
    void aRedirectThatNamesOtherContentIsNoConfirmation() throws Exception {
        aliceFetches();
        putALoginBeforeTheHub("X-Linked-Etag", "\"" + "0".repeat(64) + "\"");
        assertThat(stage.get(layer).statusCode()).isEqualTo(502);
    }

    @Test
    void aBatchThatAnotherHostAnswersGivesNoLinks() throws Exception {
        aliceFetches();
        String forged = "{\"transfer\":\"basic\",\"objects\":[{\"oid\":\""
                + file.content().sha256() + "\",\"size\":" + file.size()
                + ",\"actions\":{\"download\":{\"href\":\"" + hub.cdn().base() + "/login\"}}}]}";
        hub.fail(anonymous(), Fault.answer(307, Fields.of("Location", hub.cdn().base() + "/login"), ""));
        hub.fail(
                Asked.path("/login"),
                Fault.answer(200, Fields.of("Content-Type", "application/vnd.git-lfs+json"), forged));
        HttpRequest batch = HttpRequest.newBuilder(
                        stage.uri("/huggingface/acme/behind-a-login.git/info/lfs/objects/batch"))
                .timeout(Stage.PATIENCE)
                .header("Content-Type", "application/vnd.git-lfs+json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"operation\":\"download\",\"objects\":[]}"))
                .build();
        HttpResponse<byte[]> answer = stage.client().send(batch, BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).doesNotContain("_lfs");
    }

    // A Hub whose redirect to its CDN does not name the digest.

    private void leaveTheDigestUnnamed() {
        hub.knobs().linkedLayers(false);
    }

    @Test
    void anUnnamedLayerIsGivenOnceItsBytesProveIt() throws Exception {
        leaveTheDigestUnnamed();
        HttpResponse<byte[]> first = stage.get(layer, "Authorization", ALICE, "User-Agent", OLLAMA);
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.body()).isEqualTo(file.content().bytes());
        stage.awaitQuiet();
        hub.reset();
        HttpResponse<byte[]> second = stage.get(layer, "Authorization", ALICE, "User-Agent", OLLAMA);
        assertThat(second.body()).isEqualTo(file.content().bytes());
        assertThat(second.headers().firstValue("x-cache")).hasValue("HIT");
        assertThat(hub.requests(Asked.get())).isEmpty();
    }

    @Test
    void anUnnamedLayerIsNotGivenToOthersBecauseItIsStored() throws Exception {
        aliceFetches();
        leaveTheDigestUnnamed();
        putALoginBeforeTheHub();
        assertThat(leaks("GET", layer)).isFalse();
        assertThat(leaks("HEAD", layer)).isFalse();
    }

    @Test
    void anUnnamedLayerOfAPublicRepositoryIsFetchedOnceForAll() throws Exception {
        secret.hidden(false);
        leaveTheDigestUnnamed();
        assertThat(stage.get(layer).body()).isEqualTo(file.content().bytes());
        stage.awaitQuiet();
        hub.reset();
        assertThat(stage.get(layer).body()).isEqualTo(file.content().bytes());
        assertThat(stage.get(layer, "Range", "bytes=10-19").body()).hasSize(10);
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void aPartAndTheHeadOfAnUnnamedLayerComeFromUpstream() throws Exception {
        leaveTheDigestUnnamed();
        secret.hidden(false);
        HttpResponse<byte[]> head = stage.head(layer, "User-Agent", OLLAMA);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-length")).hasValue(Long.toString(file.size()));
        HttpResponse<byte[]> part = stage.get(layer, "User-Agent", OLLAMA, "Range", "bytes=5-9");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.headers().firstValue("content-range")).hasValue("bytes 5-9/" + file.size());
        assertThat(new String(part.body(), StandardCharsets.UTF_8)).isEqualTo("a log");
    }

    @Test
    void wrongBytesOfAnUnnamedLayerAreCutShortAndConfirmNothing() throws Exception {
        leaveTheDigestUnnamed();
        secret.hidden(false);
        hub.fail(Asked.cdn(), Fault.corruptAt(7));
        assertThat(leaks("GET", layer)).isFalse();
        hub.heal();
        hub.fail(anonymous(), Fault.status(401));
        assertThat(leaks("GET", layer)).isFalse();
    }
}
