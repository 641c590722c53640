package io.artifactvault.backend.pypi.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarkerTest {
    private static final Environment LINUX = new Environment(
            Optional.of(PythonVersion.parse("3.12")), Optional.of(Platform.parse("manylinux_2_28_x86_64")));
    private static final Environment ANY = new Environment(Optional.empty(), Optional.empty());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "python_version == \"3.12\" | true",
                "python_version >= \"3.12\" | true",
                "python_version < \"3.12\" | false",
                "python_version > \"3.9\" | true",
                "python_version < \"3.9\" | false",
                "python_version != \"3.12\" | false",
                "\"3.13\" <= python_version | false",
                "\"3.11\" <= python_version | true",
                "python_version in \"3.11 3.12\" | true",
                "python_full_version >= \"3.12\" | true",
                "python_full_version >= \"3.12.4\" | true",
                "python_full_version < \"3.12.4\" | true",
                "python_full_version < \"3.12\" | false",
                "python_full_version >= \"3.13\" | false",
                "python_full_version <= \"3.11.2\" | false",
                "python_full_version == \"3.12.*\" | true",
                "python_full_version == \"3.11.*\" | false",
                "python_full_version != \"3.12.*\" | false",
                "python_full_version == \"3.*\" | true",
                "sys_platform == \"linux\" | true",
                "sys_platform == \"win32\" | false",
                "sys_platform != \"win32\" | true",
                "\"linux\" in sys_platform | true",
                "sys_platform not in \"linux darwin\" | false",
                "platform_system == \"Linux\" | true",
                "os_name == \"nt\" | false",
                "platform_machine == \"x86_64\" | true",
                "platform_machine == \"aarch64\" | false",
                "implementation_name == \"cpython\" | true",
                "platform_python_implementation == \"PyPy\" | false",
                "extra == \"test\" | true",
                "platform_release == \"6.1\" | true",
                "\"dev\" in dependency_groups | true",
                "sys_platform == \"win32\" or python_version >= \"3.10\" | true",
                "sys_platform == \"win32\" and python_version >= \"3.10\" | false",
                "(sys_platform == \"win32\" or os_name == \"nt\") and extra == \"x\" | false",
                "sys_platform == \"linux\" and (os_name == \"nt\" or extra == \"x\") | true",
            })
    void aMarkerHoldsOrMayHold(String marker, boolean expected) {
        assertThat(Marker.parse(marker).mayHoldIn(LINUX)).isEqualTo(expected);
        assertThat(Marker.parse(marker.replace('"', '\'')).mayHoldIn(LINUX)).isEqualTo(expected);
    }

    @Test
    void withoutAnEnvironmentEveryMarkerMayHold() {
        assertThat(Marker.parse("sys_platform == 'win32' and python_version < '3'")
                        .mayHoldIn(ANY))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "python_version",
                "python_version >=",
                "python_version ? '3'",
                "python_version >= '3",
                "(python_version >= '3'",
                "python_version >= '3' or",
                "python_version >= '3' extra",
                "python_version not '3'",
            })
    void aMalformedMarkerIsRefused(String marker) {
        assertThatThrownBy(() -> Marker.parse(marker)).hasMessageContaining("not well-formed");
    }

    @Test
    void deepNestingIsRefused() {
        String deep = "(".repeat(10_000) + "os_name == 'nt'" + ")".repeat(10_000);

        assertThatThrownBy(() -> Marker.parse(deep)).hasMessageContaining("not well-formed");
    }
}
