package io.artifactvault.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The references of manifests of all schemas. */
class ManifestTest {
    private static Manifest read(String json) throws IOException {
        return Manifest.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anImageRefersToAConfigurationAndLayers() throws IOException {
        Manifest manifest = read("""
                {"schemaVersion": 2, "other": {"layers": [{"digest": "no"}]},
                 "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "sha256:c", "size": 7},
                 "layers": [{"mediaType": "a", "digest": "sha256:1", "size": 5, "annotations": {"x": "y"}},
                            {"mediaType": "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
                             "digest": "sha256:2", "size": 6, "urls": ["https://example.com/2"]}, 3],
                 "subject": {"digest": "sha256:s"}}
                """);

        assertThat(manifest.isIndex()).isFalse();
        assertThat(manifest.config().orElseThrow().isImageConfig()).isTrue();
        assertThat(manifest.layers()).extracting(Descriptor::digest).containsExactly("sha256:1", "sha256:2");
        assertThat(manifest.layers()).extracting(Descriptor::size).containsExactly(5L, 6L);
        assertThat(manifest.layers()).extracting(Descriptor::isForeign).containsExactly(false, true);
    }

    @Test
    void anIndexRefersToManifestsWithPlatformsAndAttestations() throws IOException {
        Manifest manifest = read("""
                {"manifests": [
                  {"digest": "sha256:1", "size": 5,
                   "platform": {"os": "windows", "architecture": "amd64", "os.version": "10.0.1", "os.features": ["x"]}},
                  {"digest": "sha256:2", "platform": {"os": "unknown", "architecture": "unknown"},
                   "annotations": {"vnd.docker.reference.digest": "sha256:1", "n": {"deep": []}}},
                  {"mediaType": "application/vnd.docker.distribution.manifest.list.v2+json", "digest": "sha256:3"}]}
                """);

        assertThat(manifest.isIndex()).isTrue();
        Descriptor first = manifest.manifests().getFirst();
        assertThat(first.platform().orElseThrow()).hasToString("windows(10.0.1)/amd64");
        assertThat(manifest.manifests()).extracting(Descriptor::attested).containsExactly("", "sha256:1", "");
        assertThat(manifest.manifests()).extracting(Descriptor::isAttestation).containsExactly(false, true, false);
        assertThat(manifest.manifests()).extracting(Descriptor::isIndex).containsExactly(false, false, true);
    }

    @Test
    void olderSchemasAndArtifactsReferToBlobs() throws IOException {
        assertThat(read("{\"fsLayers\": [{\"blobSum\": \"sha256:1\"}]}").layers())
                .extracting(Descriptor::digest)
                .containsExactly("sha256:1");
        assertThat(read("{\"blobs\": [{\"digest\": \"sha256:1\"}]}").layers())
                .extracting(Descriptor::digest)
                .containsExactly("sha256:1");
    }

    @Test
    void aConfigurationStatesAPlatform() throws IOException {
        String config =
                "{\"rootfs\": {\"os\": \"no\"}, \"architecture\": \"arm64\", \"os\": \"linux\", \"variant\": \"v8\"}";

        assertThat(Manifest.platform(config.getBytes(StandardCharsets.UTF_8))).hasToString("linux/arm64/v8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "<html>", "{\"layers\": [", "{\"layers\": [{\"size\": 99999999999999999999}]}"})
    void otherContentIsRefused(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(IOException.class);
    }

    @Test
    void contentThatIsTooLongOrTooDeepIsRefused() {
        assertThatThrownBy(() -> read("{\"a\": \"" + "x".repeat(4 << 20) + "\"}"))
                .hasMessageContaining("longer than");
        assertThatThrownBy(() -> read("{\"a\": " + "[".repeat(100) + "]".repeat(100) + "}"))
                .isInstanceOf(IOException.class);
    }
}
