package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Guessing the operator's token is slow, and harms nobody else. */
class WrongAdminTokenTest extends HubStory {
    @Override
    Stage<byte[]> setUp(Stage<byte[]> usual) {
        return usual.adminToken("right");
    }

    private HttpResponse<byte[]> call(String path, String token) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + stage.vault().adminPort() + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + token)
                .build();
        return stage.client().send(request, BodyHandlers.ofByteArray());
    }

    @Test
    void manyWrongTokensMakeTheirAddressWaitAndNothingElse() throws Exception {
        assertThat(call("/admin/jobs", "right").statusCode()).isEqualTo(200);
        for (int mistakes = 0; mistakes < 4; mistakes++) {
            assertThat(call("/admin/jobs", "wrong").statusCode()).isEqualTo(401);
        }
        assertThat(call("/admin/jobs", "right").statusCode()).isEqualTo(200);
        for (int guesses = 0; guesses < 5; guesses++) {
            assertThat(call("/admin/jobs", "wrong").statusCode()).isEqualTo(401);
        }
        HttpResponse<byte[]> early = call("/admin/jobs", "right");
        assertThat(early.statusCode()).isEqualTo(429);
        assertThat(early.headers().firstValue("retry-after")).hasValue("1");
        assertThat(call("/healthz", "wrong").statusCode()).isEqualTo(200);
        assertThat(call("/metrics", "wrong").statusCode()).isEqualTo(200);
        assertThat(stage.get("acme/tiny/resolve/main/config.json").statusCode()).isEqualTo(200);
        stage.clock.advance(Duration.ofMillis(250));
        assertThat(call("/admin/jobs", "right").statusCode()).isEqualTo(200);
    }
}
