package io.artifactvault.backend.pypi.dist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileNameTest {
    @ParameterizedTest
    @CsvSource({
        "demo-1.0-py3-none-any.whl, demo, 1.0",
        "Demo_Pkg-1.0+cpu-1-cp312-cp312-linux_x86_64.whl, demo-pkg, 1.0+cpu",
        "demo-1.0.tar.gz, demo, 1.0",
        "demo-pkg-1.0.zip, demo-pkg, 1.0",
        "demo-1.0-beta.tar.gz, demo, 1.0-beta",
        "demo-1.0-py2.7.egg, demo, 1.0",
        "demo-1.0.win32-py2.7.exe, demo, 1.0.win32",
        "DEMO-1.0.TAR.GZ, demo, 1.0"
    })
    void aNameStatesProjectAndVersion(String text, String project, String version) {
        ProjectName name = ProjectName.parse(project).orElseThrow();

        assertThat(FileName.parse(text).projects()).contains(name);
        assertThat(FileName.parse(text).version(name)).contains(version);
    }

    @Test
    void theLikeliestReadingOfASourceDistributionComesFirst() {
        assertThat(FileName.parse("demo-pkg-1.0-beta.tar.gz").readings())
                .extracting(reading -> reading.project() + " " + reading.version())
                .containsExactly("demo-pkg-1-0 beta", "demo-pkg 1.0-beta", "demo pkg-1.0-beta");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "index.html", "demo.whl", "demo-1.0.whl", "passwd", "-1.0.tar.gz"})
    void otherNamesBelongToNoProject(String text) {
        assertThat(FileName.parse(text).projects()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b-1.0.tar.gz", "..", ".", "a b", "a\\b", "a\u0001", ""})
    void anIndexMayNotListNamesThatAreNoSegments(String text) {
        assertThat(FileName.isLegal(text)).isFalse();
    }
}
