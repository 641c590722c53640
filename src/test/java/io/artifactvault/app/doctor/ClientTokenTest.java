package io.artifactvault.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.http.Credential;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The token that clients on this machine send. */
class ClientTokenTest {
    @TempDir
    Path home;

    @Test
    void theVariableComesBeforeTheFile() throws Exception {
        Files.writeString(home.resolve("token"), "hf_file\n");
        assertThat(ClientToken.of(Map.of("HF_TOKEN", "hf_variable", "HF_HOME", home.toString())))
                .hasValue(Credential.bearer("hf_variable"));
        assertThat(ClientToken.of(Map.of("HF_HOME", home.toString()))).hasValue(Credential.bearer("hf_file"));
    }

    @Test
    void theFileIsFoundWhereClientsLookForIt() throws Exception {
        Path cache = Files.createDirectories(home.resolve(".cache/huggingface"));
        Files.writeString(cache.resolve("token"), "hf_home");
        assertThat(ClientToken.of(Map.of("HOME", home.toString()))).hasValue(Credential.bearer("hf_home"));
        Path elsewhere = Files.writeString(home.resolve("mine"), "hf_path");
        assertThat(ClientToken.of(Map.of("HF_TOKEN_PATH", elsewhere.toString())))
                .hasValue(Credential.bearer("hf_path"));
    }

    @Test
    void withoutVariableAndFileThereIsNoToken() {
        assertThat(ClientToken.of(Map.of("HOME", home.toString()))).isEmpty();
        assertThat(ClientToken.of(Map.of("HF_TOKEN", " ", "HOME", home.toString())))
                .isEmpty();
    }

    @Test
    void aTokenThatCannotBeSentIsIgnored() {
        assertThat(ClientToken.of(Map.of("HF_TOKEN", "hf_a\nb"))).isEmpty();
    }
}
