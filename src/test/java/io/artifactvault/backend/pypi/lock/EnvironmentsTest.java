package io.artifactvault.backend.pypi.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentsTest {
    private static Environments of(String python, String platform) {
        return Environments.of(Map.of(
                "python", python.equals("any") ? List.of() : List.of(python),
                "platform", platform.equals("any") ? List.of() : List.of(platform)));
    }

    @ParameterizedTest
    @CsvSource({
        // interpreter and ABI
        "3.12, any, cp312-cp312-win_amd64, true",
        "3.12, any, cp312-none-any, true",
        "3.12, any, cp312-abi3-manylinux_2_17_x86_64, true",
        "3.12, any, cp38-abi3-manylinux_2_17_x86_64, true",
        "3.12, any, cp313-abi3-any, false",
        "3.12, any, cp311-cp311-any, false",
        "3.12, any, cp311-none-any, false",
        "3.12, any, cp312-cp312t-any, false",
        "3.12, any, py3-none-any, true",
        "3.12, any, py2.py3-none-any, true",
        "3.12, any, py2-none-any, false",
        "3.12, any, py310-none-any, true",
        "3.12, any, py313-none-any, false",
        "3.12, any, pp310-pypy310_pp73-any, false",
        "3.12, any, cp310.cp312-cp310.cp312-any, true",
        "3.14t, any, cp314-cp314t-any, true",
        "3.14t, any, cp314-cp314-any, false",
        "3.14t, any, cp38-abi3-any, false",
        "3.14t, any, py3-none-any, true",
        // Linux
        "any, manylinux_2_28_x86_64, cp312-cp312-manylinux_2_28_x86_64, true",
        "any, manylinux_2_28_x86_64, cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64, true",
        "any, manylinux_2_28_x86_64, cp312-cp312-manylinux1_x86_64, true",
        "any, manylinux_2_28_x86_64, cp312-cp312-manylinux_2_34_x86_64, false",
        "any, manylinux_2_28_x86_64, cp312-cp312-manylinux_2_17_aarch64, false",
        "any, manylinux_2_28_x86_64, cp312-cp312-linux_x86_64, true",
        "any, manylinux_2_28_x86_64, cp312-cp312-musllinux_1_1_x86_64, false",
        "any, manylinux_2_28_x86_64, cp312-cp312-win_amd64, false",
        "any, manylinux2014_x86_64, cp312-cp312-manylinux_2_17_x86_64, true",
        "any, manylinux2014_x86_64, cp312-cp312-manylinux_2_24_x86_64, false",
        "any, musllinux_1_2_aarch64, cp312-cp312-musllinux_1_1_aarch64, true",
        "any, musllinux_1_1_aarch64, cp312-cp312-musllinux_1_2_aarch64, false",
        "any, linux_x86_64, cp312-cp312-manylinux1_x86_64, false",
        // macOS
        "any, macosx_14_0_arm64, cp312-cp312-macosx_11_0_arm64, true",
        "any, macosx_14_0_arm64, cp312-cp312-macosx_10_9_universal2, true",
        "any, macosx_14_0_arm64, cp312-cp312-macosx_10_9_x86_64, false",
        "any, macosx_14_0_arm64, cp312-cp312-macosx_15_0_arm64, false",
        "any, macosx_11_0_x86_64, cp312-cp312-macosx_10_9_intel, true",
        // Windows
        "any, win_amd64, cp312-cp312-win_amd64, true",
        "any, win_amd64, cp312-cp312-win32, false",
        "any, win32, cp312-cp312-win32, true",
        "any, win_arm64, py3-none-any, true",
        // both
        "3.12, manylinux_2_28_x86_64, cp312-cp312-manylinux_2_17_x86_64, true",
        "3.12, manylinux_2_28_x86_64, cp312-cp312-win_amd64, false",
        "3.12, manylinux_2_28_x86_64, cp313-cp313-manylinux_2_17_x86_64, false",
    })
    void aWheelIsChosenByItsTags(String python, String platform, String tags, boolean chosen) {
        String wheel = "demo-1.0-" + tags + ".whl";

        assertThat(of(python, platform).choose(List.of(wheel), Function.identity()))
                .isEqualTo(chosen ? List.of(wheel) : List.of());
    }

    @Test
    void aBuildNumberIsNoTag() {
        String wheel = "demo-1.0-1-cp312-cp312-win_amd64.whl";

        assertThat(of("3.12", "win_amd64").choose(List.of(wheel), Function.identity()))
                .containsExactly(wheel);
    }

    @Test
    void aSourceDistributionIsChosenWhereNoWheelFits() {
        List<String> files = List.of(
                "demo-1.0.tar.gz",
                "demo-1.0-cp312-cp312-win_amd64.whl",
                "demo-1.0-cp313-cp313-win_amd64.whl",
                "demo-1.0-py3.12-win-amd64.egg");

        assertThat(of("3.12", "win_amd64").choose(files, Function.identity())).containsExactly(files.get(1));
        assertThat(of("3.12", "win32").choose(files, Function.identity())).containsExactly(files.get(0));
        assertThat(Environments.of(Map.of("python", List.of("3.12", "3.14"), "platform", List.of("win_amd64")))
                        .choose(files, Function.identity()))
                .containsExactly(files.get(0), files.get(1));
        assertThat(of("any", "any").choose(files, Function.identity())).isEqualTo(files);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.7", "3", "three", "3.12.1", "cp312", "3.x"})
    void aVersionThatCannotBeChosenIsRefused(String version) {
        assertThatThrownBy(() -> of(version, "any"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + version + "\"")
                .hasMessageContaining("3.12");
    }

    @ParameterizedTest
    @ValueSource(strings = {"windows", "manylinux", "manylinux_2_28", "manylinux_2_28_", "macosx_14_arm64", "any"})
    void aPlatformThatIsNoneIsRefused(String platform) {
        assertThatThrownBy(() -> Environments.of(Map.of("platform", List.of(platform))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("manylinux_2_28_x86_64");
    }

    @Test
    void anUnknownOptionIsRefused() {
        assertThatThrownBy(() -> Environments.of(Map.of("abi", List.of("cp312"))))
                .hasMessageContaining("\"abi\"")
                .hasMessageContaining("python and platform");
    }
}
