package io.artifactvault.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.artifactvault.app.cli.RunningVault;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that use the admin API, where it has a token. */
class AdminTokenCommandTest {
    @TempDir
    Path dir;

    private RunningVault vault;

    @BeforeEach
    void open() throws Exception {
        vault = new RunningVault(dir, "token: right");
    }

    @AfterEach
    void close() {
        vault.close();
    }

    @Test
    void withoutATokenTheVariableAndTheOptionAreNamed() {
        assertThat(vault.run("pins")).isEqualTo(1);
        assertThat(vault.err().lines())
                .singleElement()
                .asString()
                .startsWith("vault: The admin API at http://127.0.0.1:")
                .contains("set VAULT_ADMIN_TOKEN")
                .contains("--config FILE");
    }

    @Test
    void theConfigurationHasTheToken() {
        assertThat(vault.run("pins", "--config", vault.config().toString())).isZero();
        assertThat(vault.out()).isEqualTo("Nothing is pinned.\n");
    }

    @Test
    void aWrongTokenIsNamedByItsSource() throws Exception {
        Path other = Files.writeString(dir.resolve("other.yml"), """
                admin: {token: wrong}
                cache: {dir: "%s"}
                backends: [{type: huggingface}]
                """.formatted(dir.resolve("cache")));
        assertThat(vault.run("pins", "--config", other.toString())).isEqualTo(1);
        assertThat(vault.err()).contains("rejects the token from " + other).doesNotContain("wrong\"");
        assertThat(vault.run("pins", "--config", vault.config().toString())).isZero();
    }

    @Test
    void helpNamesTheVariable() {
        for (String command : new String[] {"pins", "unpin", "pin", "warm", "why"}) {
            assertThat(vault.plain(command, "--help")).isZero();
            assertThat(vault.out()).as(command).contains("VAULT_ADMIN_TOKEN");
        }
    }
}
