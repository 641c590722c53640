package io.artifactvault.backend.pypi;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.backend.pypi.text.Urls;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FilePathsTest {
    private static final FilePaths PATHS =
            new FilePaths(URI.create("https://index.example"), "", List.of("files.example:8000"));

    @ParameterizedTest
    @CsvSource({
        "a/b-1.0%2Bcpu.whl, a/b-1.0+cpu.whl",
        "a/b-1%212.0.whl, a/b-1!2.0.whl",
        "files.example%3A8000/b.whl, files.example:8000/b.whl",
        "files.example%3a8000/b.whl, files.example:8000/b.whl",
        "a/b%20c%2Fd%25.whl, a/b%20c%2Fd%25.whl",
        "a/b%2B, a/b+",
        "a/b%2, a/b%2",
        "a/b?x=%2B, a/b?x=%2B",
    })
    void aPathIsOneKeyWhateverTheClientEscapes(String asked, String key) {
        assertThat(Urls.canonical(asked)).isEqualTo(key);
    }

    @Test
    void aLinkKeepsTheSpellingOfTheIndexButItsKeyDoesNot() {
        String url = "https://index.example/whl/b-1.0%2Bcpu.whl";

        assertThat(PATHS.link(url)).contains("whl/b-1.0%2Bcpu.whl");
        assertThat(PATHS.path(url)).contains("whl/b-1.0+cpu.whl");
    }

    @Test
    void aFileOfAFurtherHostLiesBelowItsName() {
        assertThat(PATHS.path("http://files.example:8000/b.whl")).contains("files.example:8000/b.whl");
        assertThat(PATHS.path("http://other.example/b.whl")).isEmpty();
    }
}
