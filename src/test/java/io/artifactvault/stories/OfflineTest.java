package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A vault without its Hub, by accident or on purpose. */
class OfflineTest extends HubStory {
    private static final String CONFIG = "acme/tiny/resolve/main/config.json";
    private static final String WEIGHTS = "acme/tiny/resolve/main/model.safetensors";

    @BeforeEach
    void fetch() throws Exception {
        stage.get(CONFIG);
        stage.awaitQuiet();
    }

    @Test
    void aBranchIsServedWhileTheHubIsDownWithItsAgeAlsoAfterARestart() throws Exception {
        hub.stop();
        stage.clock.advance(Duration.ofHours(3));
        for (int i = 0; i < 2; i++) {
            HttpResponse<byte[]> answer = stage.get(CONFIG);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("x-cache")).hasValue("STALE");
            assertThat(answer.headers().firstValue("cache-status").orElseThrow())
                    .contains("ttl=-10740")
                    .contains("stale-if-error");
            stage.restart();
        }
    }

    @Test
    void responsesOlderThanStaleIfErrorAreNotServed() throws Exception {
        hub.stop();
        stage.clock.advance(Duration.ofDays(31));
        assertThat(stage.get(CONFIG).statusCode()).isEqualTo(502);
    }

    @Test
    void anOfflineVaultServesStoredResponsesOfAnyAgeWithoutUpstream() throws Exception {
        hub.reset();
        stage.close();
        stage.offline(true).start();
        stage.clock.advance(Duration.ofDays(400));
        assertThat(stage.get(CONFIG).statusCode()).isEqualTo(200);
        assertThat(stage.head(CONFIG).statusCode()).isEqualTo(200);
        assertThat(hub.requests()).isEmpty();
    }

    @Test
    void anOfflineVaultNamesTheMissingFile() throws Exception {
        hub.reset();
        stage.close();
        stage.offline(true).start();
        for (String missing : new String[] {WEIGHTS, "acme/unknown/resolve/main/x", "api/whoami-v2"}) {
            HttpResponse<byte[]> answer = stage.get(missing);
            assertThat(answer.statusCode()).isEqualTo(504);
            assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                    .contains("offline")
                    .contains(missing.substring(0, 8));
        }
        assertThat(hub.requests()).isEmpty();
    }
}
