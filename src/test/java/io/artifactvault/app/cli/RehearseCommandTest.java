package io.artifactvault.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RehearseCommandTest {
    @Test
    void aRehearsalDownloadsThroughAVaultOfItsOwnAndLeavesNothingBehind() throws IOException {
        Set<Path> before = rehearsals();
        assertThat(Main.commandLine().execute("rehearse")).isZero();
        assertThat(rehearsals()).isSubsetOf(before);
    }

    @Test
    void theCommandIsHiddenFromHelp() {
        assertThat(Main.commandLine().getUsageMessage()).doesNotContain("rehearse");
    }

    private static Set<Path> rehearsals() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("vault-rehearsal"))
                    .collect(Collectors.toSet());
        }
    }
}
