package io.artifactvault.stories;

import io.artifactvault.fixtures.Stage;
import io.artifactvault.testhub.TestHub;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A story of the standard Hub, a vault in front of it, and an operator. */
abstract class HubStory {
    @TempDir
    Path dir;

    TestHub hub;
    Stage<byte[]> stage;
    Operator operator;

    /** How the vault is set up, where not as usual. */
    Stage<byte[]> setUp(Stage<byte[]> usual) {
        return usual;
    }

    @BeforeEach
    final void openStage() throws Exception {
        hub = TestHub.standard();
        stage = setUp(Stage.ofHub(dir, hub.base())).start();
        operator = new Operator(stage);
    }

    @AfterEach
    final void closeStage() {
        stage.close();
        hub.close();
    }
}
