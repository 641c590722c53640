package io.artifactvault.backend.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is asked for of a repository is about that repository. */
class HubSubjectTest {
    @ParameterizedTest
    @CsvSource({
        "acme/tiny/resolve/main/model.bin, acme/tiny",
        "datasets/acme/tiny/resolve/main/a/b?download=true, acme/tiny",
        "api/datasets/acme/tiny/tree/main?recursive=true, acme/tiny",
        "api/models/acme/tiny, acme/tiny",
        "api/resolve-cache/models/acme/tiny/0123/config.json, acme/tiny",
        "v2/acme/tiny/manifests/latest, acme/tiny",
        "acme/tiny.git/info/refs?service=git-upload-pack, acme/tiny",
        "gpt2/resolve/main/config.json, gpt2",
        "api/models/gpt2/revision/main, gpt2",
        "api/models?search=x, ''",
        "'', ''"
    })
    void theSubjectIsTheRepository(String path, String subject) {
        assertThat(Hub.subject(path)).isEqualTo(subject);
    }
}
