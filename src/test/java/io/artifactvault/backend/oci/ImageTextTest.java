package io.artifactvault.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.backend.FileList;
import io.artifactvault.backend.oci.ImageText.Mention;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Images that lists, compose files and Kubernetes manifests name. */
class ImageTextTest {
    private static ImageText.Result read(String name, String text) {
        return ImageText.read(new FileList.Text(name, text));
    }

    private static List<String> images(String name, String text) {
        return read(name, text).mentions().stream().map(Mention::text).toList();
    }

    @Test
    void aListHasOneImagePerLineAndComments() {
        ImageText.Result found =
                read("images.txt", "# base images\r\npython:3.12 # for jobs\r\n\n  ghcr.io/org/app  \n");

        assertThat(found.mentions())
                .containsExactly(
                        new Mention("images.txt, line 2", "python:3.12"),
                        new Mention("images.txt, line 4", "ghcr.io/org/app"));
        assertThat(found.notes()).isEmpty();
    }

    @Test
    void aComposeFileNamesTheImagesOfItsServices() {
        ImageText.Result found = read("compose.yaml", """
                x-base: &base
                  image: python:3.12
                services:
                  web:
                    image: "nginx:1.27"
                    ports: ["80:80"]
                  job:
                    <<: *base
                  built:
                    build: .
                    image: my/app
                  other:
                    <<: [{}, *base]
                    image: redis
                volumes:
                  image: {}
                """);

        assertThat(found.mentions())
                .containsExactly(
                        new Mention("compose.yaml, line 5", "nginx:1.27"),
                        new Mention("compose.yaml, line 2", "python:3.12"),
                        new Mention("compose.yaml, line 14", "redis"));
        assertThat(found.notes()).containsExactly("compose.yaml, line 9: compose builds this image; it is left out.");
    }

    @Test
    void kubernetesManifestsNameTheImagesOfContainersAndVolumesInAllDocuments() {
        assertThat(images("all.yml", """
                        apiVersion: apps/v1
                        kind: Deployment
                        spec:
                          template:
                            spec:
                              initContainers: [{name: init, image: "busybox:1.36"}]
                              containers:
                                - name: app
                                  image: ghcr.io/org/app:v1
                              volumes:
                                - name: model
                                  image: {reference: "quay.io/org/model:v2", pullPolicy: IfNotPresent}
                                - name: scratch
                                  emptyDir: {}
                        ---
                        # nothing
                        ---
                        apiVersion: v1
                        kind: ConfigMap
                        data: {image: "no/image", containers: "text"}
                        ---
                        apiVersion: batch/v1
                        kind: CronJob
                        spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: alpine}]}}}}}
                        ---
                        apiVersion: v1
                        kind: List
                        items:
                          - {kind: Pod, spec: {containers: [{image: registry.k8s.io/pause:3.10}]}}
                        """))
                .containsExactly(
                        "busybox:1.36",
                        "ghcr.io/org/app:v1",
                        "quay.io/org/model:v2",
                        "alpine",
                        "registry.k8s.io/pause:3.10");
    }

    @Test
    void anObjectInJsonIsReadAlike() {
        assertThat(images("pod.json", "{\"kind\": \"Pod\", \"spec\": {\"containers\": [{\"image\": \"alpine\"}]}}"))
                .containsExactly("alpine");
    }

    @Test
    void anObjectThatContainsItselfEnds() {
        assertThat(images("circle.yaml", "a: &a\n  containers: [{image: alpine}]\n  b: *a\n"))
                .containsExactly("alpine");
    }

    @Test
    void aTextWithoutImagesIsMentioned() {
        assertThat(read("none.yaml", "kind: ConfigMap\n").notes()).containsExactly("none.yaml names no image.");
    }

    @Test
    void aVariableIsRefusedWithTheCommandThatReplacesIt() {
        assertThatThrownBy(() -> read("compose.yml", "services:\n  web:\n    image: app:${TAG:-1}\n"))
                .hasMessageStartingWith("compose.yml, line 3:")
                .hasMessageContaining("docker compose config --images");
    }

    @Test
    void textThatIsNotYamlIsRefusedWithItsLine() {
        assertThatThrownBy(() -> read("chart.yaml", "kind: Pod\n{{- if .x }}\nspec: {}\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("chart.yaml, line ")
                .hasMessageContaining("helm template");
    }

    @Test
    void deepNestingIsRefused() {
        assertThatThrownBy(() -> read("deep.json", "[".repeat(100_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("deep.json");
    }
}
