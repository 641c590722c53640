package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.http.PrivateTargets;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Fields;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.ScriptedOrigin;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that leads back to a vault it came through is ended at once; one that comes through several vaults is not. */
@Timeout(60)
class CircleTest extends HubStory {
    private static final String README = "acme/tiny/resolve/main/README.md";

    private static Fault redirecting(URI to) {
        return Fault.answer(302, Fields.of("Location", to.toString()), "");
    }

    /** The inner request asks for the very thing that the outer one waits for. */
    @Test
    void aRedirectOfTheHubThatLeadsBackIsALoop() throws Exception {
        hub.fail(Asked.path("README"), redirecting(stage.uri("/huggingface/" + README)));
        HttpResponse<byte[]> answer = stage.get(README);

        assertThat(answer.statusCode()).isEqualTo(508);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .contains("leads back to a vault")
                .doesNotContain("127.0.0.1");
        assertThat(hub.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void aRedirectLoopOfAPassedRequestIsALoop(String method) throws Exception {
        String route = "api/models/acme/tiny/discussions";
        hub.fail(Asked.path("discussions"), redirecting(stage.uri("/huggingface/" + route)));

        assertThat(stage.send(method, route).statusCode()).isEqualTo(508);
        assertThat(hub.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void aRedirectOfAnHttpOriginThatLeadsBackIsALoop(String method) throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.open("127.0.0.1", (_, reply) -> {});
                Stage<String> files = Stage.ofFiles(dir.resolve("files"), origin.base())
                        .files(settings -> settings.following(PrivateTargets.ALL))
                        .start()) {
            origin.handler((_, reply) -> reply.status(307)
                    .field("Location", files.uri("a").toString())
                    .answer(""));

            assertThat(files.send(method, "a").statusCode()).isEqualTo(508);
            assertThat(origin.requests()).hasSize(1);
        }
    }

    /** The first vault's origin redirects to the second, whose origin is the first. */
    @Test
    void twoVaultsThatForwardToEachOtherAreALoop() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.open("127.0.0.1", (_, reply) -> {});
                Stage<String> first = Stage.ofFiles(dir.resolve("first"), origin.base())
                        .files(settings -> settings.following(PrivateTargets.ALL))
                        .start();
                Stage<String> second = Stage.ofFiles(
                                dir.resolve("second"), first.uri("").toString().replaceAll("/$", ""))
                        .start()) {
            origin.handler((_, reply) -> reply.status(302)
                    .field("Location", second.uri("a").toString())
                    .answer(""));

            assertThat(first.send("GET", "a").statusCode()).isEqualTo(508);
            assertThat(second.send("GET", "b").statusCode()).isEqualTo(508);
        }
    }

    @Test
    void aVaultBehindAVaultIsNotALoop() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.open(
                        "127.0.0.1", (_, reply) -> reply.status(200).answer("here"));
                Stage<String> near = Stage.ofFiles(dir.resolve("near"), origin.base())
                        .files(settings -> settings.following(PrivateTargets.ALL))
                        .start();
                Stage<String> far = Stage.ofFiles(
                                dir.resolve("far"), near.uri("").toString().replaceAll("/$", ""))
                        .start()) {
            assertThat(far.send("GET", "a").body()).isEqualTo("here");
            OriginRequest asked = origin.requests().getFirst();
            List<String> vaults = List.of(asked.field("CDN-Loop").orElseThrow().split(", ", -1));
            assertThat(vaults).hasSize(2).doesNotHaveDuplicates().allMatch(name -> name.startsWith("artifact-vault-"));
            assertThat(asked.field("Via")).contains("1.1 " + vaults.getFirst() + ", 1.1 " + vaults.getLast());
        }
    }

    /** To the Hub and to the CDN; with what is stored, and with what is passed on. */
    @Test
    void everyRequestCarriesTheNameOfItsVault() throws Exception {
        stage.get("acme/tiny/resolve/main/model.safetensors");
        stage.get("api/models/acme/tiny");
        stage.get("api/whoami-v2", "Authorization", "Bearer x");
        stage.send("POST", "api/models/acme/tiny/discussions");

        assertThat(hub.requests()).hasSizeGreaterThanOrEqualTo(5);
        assertThat(hub.requests())
                .extracting(request -> request.field("CDN-Loop").orElse("none"))
                .allMatch(name -> name.startsWith("artifact-vault-"))
                .containsOnly(hub.requests().getFirst().field("CDN-Loop").orElseThrow());
        assertThat(hub.requests())
                .allMatch(request ->
                        request.field("Via").equals(request.field("CDN-Loop").map(name -> "1.1 " + name)));
    }

    /** What a client claims to have come through must not choose what others get. */
    @Test
    void onlyVaultsOfAClientsLoopFieldsReachTheHub() throws Exception {
        stage.get(README, "CDN-Loop", "cloudfront, artifact-vault-00000000000000ff");

        assertThat(hub.requests().getFirst().field("CDN-Loop").orElseThrow())
                .startsWith("artifact-vault-00000000000000ff, artifact-vault-")
                .doesNotContain("cloudfront");
    }
}
