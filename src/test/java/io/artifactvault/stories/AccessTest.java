package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.HubUser;
import io.artifactvault.testhub.StandardSet;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No caller sees gated or private bytes without their own recent yes from upstream; tokens go to the Hub alone. */
class AccessTest extends HubStory {
    private static final String GATED = "acme/gated/resolve/main/only-here.bin";
    private static final String ALICE = "Bearer " + StandardSet.ALICE_TOKEN;
    private static final String BOB = "Bearer " + StandardSet.BOB_TOKEN;

    private HttpResponse<byte[]> as(String credential, String method, String below) throws Exception {
        return credential.isEmpty()
                ? stage.send(method, below)
                : stage.send(method, below, "Authorization", credential);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void aGatedFileIsRefusedWithoutATokenAndWithAnotherToken(String method) throws Exception {
        assertThat(as(ALICE, "GET", GATED).statusCode()).isEqualTo(200);
        HttpResponse<byte[]> anonymous = as("", method, GATED);
        assertThat(anonymous.statusCode()).isEqualTo(401);
        assertThat(anonymous.headers().firstValue("x-error-code")).hasValue("GatedRepo");
        assertThat(as(BOB, method, GATED).statusCode()).isEqualTo(403);
        assertThat(as("Bearer hf_nobody", method, GATED).statusCode()).isEqualTo(401);
        assertThat(as(ALICE, method, GATED).statusCode()).isEqualTo(200);
    }

    @Test
    void aRangeAndAnETagDoNotGetPastTheGate() throws Exception {
        String etag = as(ALICE, "GET", GATED).headers().firstValue("etag").orElseThrow();
        assertThat(stage.get(GATED, "Range", "bytes=0-0").statusCode()).isEqualTo(401);
        assertThat(stage.get(GATED, "If-None-Match", etag).statusCode()).isEqualTo(401);
        assertThat(stage.get(GATED, "If-None-Match", etag, "Authorization", BOB).statusCode())
                .isEqualTo(403);
    }

    @Test
    void aPrivateRepositoryLooksMissingToOthers() throws Exception {
        String secret = "acme/secret/resolve/main/config.json";
        String info = "api/models/acme/secret";
        assertThat(as(ALICE, "GET", secret).statusCode()).isEqualTo(200);
        assertThat(as(ALICE, "GET", info).statusCode()).isEqualTo(200);
        for (String target : List.of(secret, info)) {
            HttpResponse<byte[]> anonymous = as("", "GET", target);
            assertThat(anonymous.statusCode()).isEqualTo(401);
            assertThat(anonymous.headers().firstValue("x-error-code")).hasValue("RepoNotFound");
            assertThat(as(BOB, "GET", target).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aHitOfAnAllowedCallerSendsNoRequestWhileTheGrantIsFresh() throws Exception {
        String sha =
                as(ALICE, "HEAD", GATED).headers().firstValue("x-repo-commit").orElseThrow();
        String pinned = "acme/gated/resolve/" + sha + "/only-here.bin";
        as(ALICE, "GET", pinned);
        stage.awaitQuiet();
        hub.reset();
        for (int i = 0; i < 20; i++) {
            assertThat(as(ALICE, "GET", pinned).headers().firstValue("x-cache")).hasValue("HIT");
        }
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void aRevokedCallerIsRefusedOnceTheGrantHasEnded() throws Exception {
        String sha =
                as(ALICE, "GET", GATED).headers().firstValue("x-repo-commit").orElseThrow();
        String pinned = "acme/gated/resolve/" + sha + "/only-here.bin";
        HubUser alice = hub.user("alice", StandardSet.ALICE_TOKEN);
        HubRepository gated = hub.repositories().stream()
                .filter(r -> r.id().equals("acme/gated"))
                .findFirst()
                .orElseThrow();
        alice.withdraw(gated);
        stage.clock.advance(Duration.ofSeconds(301));
        assertThat(as(ALICE, "GET", pinned).statusCode()).isEqualTo(403);
    }

    @Test
    void gatedContentFailsClosedWhenTheHubIsDownBeyondTheGrant() throws Exception {
        as(ALICE, "GET", GATED);
        stage.awaitQuiet();
        hub.stop();
        stage.clock.advance(Duration.ofSeconds(301));
        HttpResponse<byte[]> refused = as(ALICE, "GET", GATED);
        assertThat(refused.statusCode()).isBetween(502, 504);
        assertThat(refused.headers().firstValue("x-error-message").orElseThrow())
                .contains("Could not fetch acme/gated only-here.bin")
                .doesNotContain(StandardSet.ALICE_TOKEN);
    }

    @Test
    void contentOfAPublicRepositoryFetchedWithATokenIsOpenToAllAndSurvivesAnOutage() throws Exception {
        String weights = "acme/tiny/resolve/main/model.safetensors";
        as(BOB, "GET", weights);
        stage.awaitQuiet();
        hub.stop();
        stage.restart();
        assertThat(as("", "GET", weights).statusCode()).isEqualTo(200);
    }

    @Test
    void theServersTokenIsUsedForAnonymousCallersOnlyIfConfigured() throws Exception {
        assertThat(as("", "GET", GATED).statusCode()).isEqualTo(401);
        stage.close();
        stage.hub(hub -> hub.tokenForAnonymous(StandardSet.ALICE_TOKEN)).start();
        assertThat(as("", "GET", GATED).statusCode()).isEqualTo(200);
        assertThat(as(BOB, "GET", GATED).statusCode()).isEqualTo(403);
    }

    @Test
    void noCredentialReachesTheCdnOrTheCacheFolder() throws Exception {
        as(ALICE, "GET", "acme/gated/resolve/main/model.safetensors");
        as(ALICE, "GET", "api/models/acme/gated");
        as(ALICE, "GET", "acme/gated/resolve/main/nope");
        as(ALICE, "GET", "api/whoami-v2");
        stage.awaitQuiet();
        assertThat(hub.cdn().requests())
                .isNotEmpty()
                .noneMatch(r -> r.field("Authorization").isPresent());
        stage.close();
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertThat(bytes).as(file.toString()).doesNotContain(StandardSet.ALICE_TOKEN);
            }
        }
    }
}
