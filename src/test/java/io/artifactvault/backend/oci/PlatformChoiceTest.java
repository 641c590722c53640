package io.artifactvault.backend.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests of an index that are for a machine. */
class PlatformChoiceTest {
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";
    private static final String IMAGE = "application/vnd.oci.image.manifest.v1+json";

    private static Descriptor image(String platform) {
        return new Descriptor(IMAGE, platform, 1, Optional.of(Platform.parse(platform)), "", false);
    }

    private static List<Descriptor> images(String platforms) {
        return Stream.of(platforms.split(" ", -1))
                .map(PlatformChoiceTest::image)
                .toList();
    }

    private static PlatformChoice choice(String... platforms) {
        return new PlatformChoice(Arrays.stream(platforms).map(Platform::parse).toList());
    }

    private static List<String> digests(PlatformChoice.Chosen chosen) {
        return chosen.images().stream().map(Descriptor::digest).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "linux/amd64, linux/amd64 linux/arm64/v8, linux/amd64",
        "linux/arm64, linux/amd64 linux/arm64/v8, linux/arm64/v8",
        "linux/arm64/v8, linux/amd64 linux/arm64, linux/arm64",
        "linux/aarch64, linux/arm64, linux/arm64",
        "linux/x86_64, linux/amd64, linux/amd64",
        "linux/arm/v7, linux/arm/v5 linux/arm/v6 linux/arm/v7, linux/arm/v7",
        "linux/arm/v7, linux/arm/v5 linux/arm/v6, linux/arm/v6",
        "linux/arm/v6, linux/arm/v5 linux/arm/v7, linux/arm/v5",
        "linux/arm, linux/arm/v5 linux/arm/v7, linux/arm/v5 linux/arm/v7",
        "linux/amd64/v3, linux/amd64 linux/amd64/v2 linux/amd64/v4, linux/amd64/v2",
        "windows/amd64, windows(10.0.17763.1)/amd64 windows(10.0.20348.2)/amd64,"
                + " windows(10.0.17763.1)/amd64 windows(10.0.20348.2)/amd64",
        "windows(10.0.20348)/amd64, windows(10.0.17763.1)/amd64 windows(10.0.20348.2)/amd64,"
                + " windows(10.0.20348.2)/amd64",
        "windows(10.0.2)/amd64, windows(10.0.20348.2)/amd64 windows(10.0.2.9)/amd64, windows(10.0.2.9)/amd64",
    })
    void aPlatformChoosesWhatItsMachineRuns(String wanted, String listed, String chosen) {
        PlatformChoice.Chosen found = choice(wanted).of(images(listed));

        assertThat(String.join(" ", digests(found))).isEqualTo(chosen);
        assertThat(found.lacking()).isEmpty();
    }

    @Test
    void aPlatformThatIsNotThereNamesThoseThatAre() {
        PlatformChoice.Chosen found =
                choice("linux/s390x", "linux/amd64").of(images("linux/amd64 linux/arm64/v8 unknown/unknown"));

        assertThat(digests(found)).containsExactly("linux/amd64");
        assertThat(found.lacking())
                .containsExactly("it has no image for linux/s390x; it has linux/amd64, linux/arm64/v8.");
    }

    @Test
    void withoutAChoiceAllAreTaken() {
        assertThat(digests(choice().of(images("linux/amd64 unknown/unknown"))))
                .containsExactly("linux/amd64", "unknown/unknown");
    }

    @Test
    void anAttestationGoesWithItsImage() {
        Descriptor image = image("linux/amd64");
        Descriptor mine =
                new Descriptor(IMAGE, "mine", 1, Optional.of(Platform.parse("unknown/unknown")), image.digest(), false);
        Descriptor other =
                new Descriptor(IMAGE, "other", 1, Optional.of(Platform.parse("unknown/unknown")), "linux/arm64", false);

        assertThat(digests(choice("linux/amd64").of(List.of(image, other, mine))))
                .containsExactly("linux/amd64", "mine");
    }

    @Test
    void aNestedIndexMayHaveThePlatform() {
        Descriptor nested = new Descriptor(INDEX, "nested", 1, Optional.empty(), "", false);

        PlatformChoice.Chosen found = choice("linux/s390x").of(List.of(image("linux/amd64"), nested));

        assertThat(digests(found)).containsExactly("nested");
        assertThat(found.lacking()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "linux", "linux/", "/amd64", "linux/amd64/v1/x", "windows(10/amd64", "lin ux/amd64"})
    void otherTextIsNoPlatform(String text) {
        assertThatThrownBy(() -> Platform.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("linux/arm/v7");
    }
}
