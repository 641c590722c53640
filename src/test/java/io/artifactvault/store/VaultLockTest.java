package io.artifactvault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VaultLockTest {
    /** The other process: takes the folder, says so, and holds it until its input ends. */
    static final class Holder {
        private Holder() {}

        @SuppressWarnings("SystemOut")
        public static void main(String[] args) throws IOException {
            try (VaultLock lock = VaultLock.take(Path.of(args[0]))) {
                System.out.println(lock == null ? "" : "held");
                int ended = System.in.read();
                System.out.println(ended);
            }
        }
    }

    @Test
    void theFolderIsMadeAndCanBeTakenAgainAfterwards(@TempDir Path dir) throws IOException {
        Path made = dir.resolve("new/cache");
        VaultLock.take(made).close();
        VaultLock.take(made).close();
        assertThat(FileBlobStoreTest.mode(made)).isEqualTo("rwx------");
        assertThat(FileBlobStoreTest.mode(made.resolve("vault.lock"))).isEqualTo("rw-------");
    }

    @Test
    void asTwoNamesOfOneFolderItIsTakenOnce(@TempDir Path dir) throws IOException {
        try (VaultLock first = VaultLock.take(dir)) {
            assertThat(first).isNotNull();
            Path sameDir = dir.resolve("..").resolve(dir.getFileName());
            assertThatThrownBy(() -> VaultLock.take(sameDir))
                    .isInstanceOf(VaultRefusedException.class)
                    .hasMessageContaining(sameDir.toString())
                    .hasMessageContaining("in use by another Artifact Vault process");
        }
    }

    @Test
    void aFolderHeldByAnotherProcessIsRefusedUntilThatOneEnds(@TempDir Path dir) throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        dir.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = other.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.readLine()).startsWith("held");
            assertThatThrownBy(() -> VaultLock.take(dir))
                    .isInstanceOf(VaultRefusedException.class)
                    .hasMessageContaining(dir.toString());
        } finally {
            other.destroyForcibly().waitFor();
        }
        VaultLock.take(dir).close();
    }
}
