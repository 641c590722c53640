package io.artifactvault.proofs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The proofs that are quick and need no root, in their smallest form; what they say about time is left to proofs/run. */
class ProofsSmokeTest {
    @TempDir
    Path work;

    @Test
    void aFewKillsLoseNothing() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Trial trial = new Trial("crash", work, 1, Optional.of(3L), new PrintStream(out, true, StandardCharsets.UTF_8));
        new CrashProof().run(trial);
        assertThat(trial.broken()).isEmpty();
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("crash: 3 kills");
    }

    @Test
    void aSecondProcessSaysThatTheFolderIsInUse() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Trial trial = new Trial("lock", work, 1, Optional.empty(), new PrintStream(out, true, StandardCharsets.UTF_8));
        new LockProof().run(trial);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("ended with 1", "in use by another");
    }
}
