package io.artifactvault.store.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artifactvault.store.blob.FileBlobStoreTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public final class VaultLockTest {
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
        Process other = holder(dir);
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

    public static Process holder(Path dir) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        dir.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** What the other process says first; null when it was refused. */
    public static boolean isHeldBy(Process other) throws IOException {
        return String.valueOf(other.inputReader(StandardCharsets.UTF_8).readLine())
                .startsWith("held");
    }

    @Test
    void whenTheFileIsRemovedTheFolderIsTakenAgainSoThatAnotherProcessIsRefused(@TempDir Path dir) throws Exception {
        Path folder = dir.resolve("cache");
        try (VaultLock lock = VaultLock.take(folder)) {
            Files.delete(folder.resolve("vault.lock"));
            Files.delete(folder);
            assertThat(lock.renew()).isTrue();
            assertThat(lock.renew()).isTrue();
            Process other = holder(folder);
            try {
                assertThat(isHeldBy(other)).isFalse();
            } finally {
                other.destroyForcibly().waitFor();
            }
        }
        VaultLock.take(folder).close();
    }

    @Test
    void whereAnotherProcessHasTakenTheEmptiedFolderItIsTakenAgainOnlyOnceThatOneHasEnded(@TempDir Path dir)
            throws Exception {
        try (VaultLock lock = VaultLock.take(dir)) {
            Files.delete(dir.resolve("vault.lock"));
            Process other = holder(dir);
            try {
                assertThat(isHeldBy(other)).isTrue();
                assertThat(lock.renew()).isFalse();
                assertThat(lock.renew()).isFalse();
            } finally {
                other.destroyForcibly().waitFor();
            }
            assertThat(lock.renew()).isTrue();
        }
    }
}
