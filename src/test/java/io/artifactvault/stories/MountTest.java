package io.artifactvault.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.TestHub;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Hub at the root of the host: for Ollama, and for every client that loses a path prefix. */
class MountTest {
    @TempDir
    Path dir;

    @Test
    void theHubMayBeMountedAtTheRoot() throws Exception {
        try (TestHub hub = TestHub.standard();
                Stage<byte[]> stage =
                        Stage.ofHub(dir, hub.base()).mountedAt("/").start()) {
            assertThat(stage.get("acme/tiny/resolve/main/model.safetensors").body())
                    .hasSize(204_800);
            assertThat(stage.get("api/models/acme/tiny").statusCode()).isEqualTo(200);
            assertThat(stage.get("api/models/acme/many/tree/main?recursive=true&limit=500")
                            .headers()
                            .firstValue("link")
                            .orElseThrow())
                    .startsWith("<" + stage.uri("/api/models/acme/many/tree/"));
            assertThat(stage.get("healthz").body()).asString().contains("ok");
        }
    }

    @Test
    void aHubAtTheRootKeepsItsRootAndTheStatusPageIsOnTheAdminPort() throws Exception {
        try (TestHub hub = TestHub.standard();
                Stage<byte[]> stage =
                        Stage.ofHub(dir, hub.base()).mountedAt("/").start()) {
            assertThat(stage.get("").body()).asString().doesNotContain("Artifact Vault");
            assertThat(new Operator(stage).get("/admin/status").body())
                    .contains("export HF_ENDPOINT=http://127.0.0.1:"
                            + stage.vault().port() + "</code>");
        }
    }
}
