package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.backend.SourceSettings;
import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.StandardSet;
import io.artifactvault.testhub.TestHub;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mirror that nobody trusts stands in where the Hub names the digest and cannot deliver, and nowhere else. */
class StandInTest {
    private static final String WEIGHTS = "acme/tiny/resolve/main/model.safetensors";

    @TempDir
    Path dir;

    private TestHub hub;
    private TestHub mirror;
    private Stage<byte[]> stage;

    @BeforeEach
    void open() throws Exception {
        hub = TestHub.standard();
        mirror = TestHub.standard();
        stage = Stage.ofHub(dir, hub.base())
                .source(new SourceSettings(List.of(URI.create(mirror.base())), 0, 0))
                .start();
    }

    @AfterEach
    void close() {
        stage.close();
        mirror.close();
        hub.close();
    }

    @Test
    void aHubThatDeliversIsTheOnlyOneAsked() throws Exception {
        assertThat(stage.get(WEIGHTS).body()).hasSize(204_800);
        assertThat(mirror.requests()).isEmpty();
    }

    @Test
    void contentThatTheCdnCannotDeliverComesFromTheMirrorWithoutAToken() throws Exception {
        hub.fail(Asked.cdn(), Fault.status(503));
        HttpResponse<byte[]> answer = stage.get(WEIGHTS, "Authorization", "Bearer " + StandardSet.ALICE_TOKEN);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).hasSize(204_800);
        assertThat(mirror.originBodyBytes()).isEqualTo(204_800);
        assertThat(mirror.requests())
                .isNotEmpty()
                .allMatch(request -> request.field("Authorization").isEmpty());
        stage.awaitQuiet();
        hub.stop();
        assertThat(stage.get(WEIGHTS).headers().firstValue("x-cache")).hasValue("HIT");
    }

    @Test
    void wrongBytesOfAMirrorAreNeitherDeliveredCompleteNorStored() throws Exception {
        hub.fail(Asked.cdn(), Fault.status(503));
        mirror.fail(Asked.cdn(), Fault.corruptAt(1000));
        assertThatThrownBy(() -> stage.get(WEIGHTS)).isInstanceOf(IOException.class);
        hub.heal();
        assertThat(stage.get(WEIGHTS).body()).hasSize(204_800);
    }

    @Test
    void metadataIsNotRequestedFromAMirror() throws Exception {
        hub.stop();
        assertThat(stage.get(WEIGHTS).statusCode()).isEqualTo(502);
        assertThat(stage.get("api/models/acme/tiny").statusCode()).isIn(502, 503);
        assertThat(mirror.requests()).isEmpty();
    }

    @Test
    void aRefusalOfTheHubIsNotBypassed() throws Exception {
        hub.fail(Asked.path("/resolve/"), Fault.status(403));
        assertThat(stage.get(WEIGHTS).statusCode()).isNotEqualTo(200);
        assertThat(mirror.requests()).isEmpty();
    }
}
