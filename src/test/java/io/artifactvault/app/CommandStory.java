package io.artifactvault.app;

import io.artifactvault.app.cli.RunningVault;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A story of a command and a running vault. */
public abstract class CommandStory {
    @TempDir
    public Path dir;

    public RunningVault vault;

    @BeforeEach
    final void openVault() throws Exception {
        vault = new RunningVault(dir);
    }

    @AfterEach
    final void closeVault() {
        vault.close();
    }
}
