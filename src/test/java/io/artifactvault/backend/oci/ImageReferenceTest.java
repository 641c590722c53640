package io.artifactvault.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of images as people write them. */
class ImageReferenceTest {
    private static final String DIGEST = "sha256:" + "a".repeat(64);

    @ParameterizedTest
    @CsvSource({
        "python, docker.io/python:latest",
        "python:3.12, docker.io/python:3.12",
        "library/python, docker.io/library/python:latest",
        "docker.io/library/python:3.12, docker.io/library/python:3.12",
        "oci://docker.io/library/python:3.12, docker.io/library/python:3.12",
        "oci://python, docker.io/python:latest",
        "GHCR.io/org/app:v1, ghcr.io/org/app:v1",
        "ghcr.io/org/team/app:v1, ghcr.io/org/team/app:v1",
        "host:5000/x, host:5000/x:latest",
        "host:5000/x:y, host:5000/x:y",
        "localhost/x, localhost/x:latest",
        "org/app, docker.io/org/app:latest",
        "app@D, docker.io/app@D",
        "ghcr.io/org/app@D, ghcr.io/org/app@D",
        "ghcr.io/org/app:v1@D, ghcr.io/org/app@D",
        "'[::1]:5000/x:y', '[::1]:5000/x:y'",
    })
    void aNameHasAHostARepositoryAndATagOrADigest(String written, String meant) {
        assertThat(ImageReference.parse(written.replace("D", DIGEST))).hasToString(meant.replace("D", DIGEST));
    }

    @ParameterizedTest
    @CsvSource({
        "'', not the name of an image",
        "'two words', not the name of an image",
        "Org/App, invalid name",
        "ghcr.io/, invalid name",
        "a//b, invalid name",
        "a/../b, invalid name",
        "-a, invalid name",
        "python:, invalid tag",
        "python:.x, invalid tag",
        "python:a/b:c d, not the name of an image",
        "app@sha256:abc, invalid digest",
        "app@, invalid digest",
        "app@md5:d41d8cd98f00b204e9800998ecf8427e, invalid digest",
    })
    void aNameAgainstTheGrammarIsRefusedWithItsReason(String written, String reason) {
        assertThatThrownBy(() -> ImageReference.parse(written))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }
}
