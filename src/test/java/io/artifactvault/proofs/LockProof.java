package io.artifactvault.proofs;

import io.artifactvault.testhub.TestHub;
import java.nio.file.Path;
import java.time.Duration;

/** A second process on the same folder ends at once and says why. */
final class LockProof implements Proof {
    private static final Duration MOST = Duration.ofSeconds(2);

    @Override
    public void run(Trial trial) throws Exception {
        Path cache = trial.folder("cache");
        try (TestHub hub = TestHub.empty();
                VaultProcess first = VaultProcess.start(cache, hub.base());
                VaultProcess second = VaultProcess.launch(cache, hub.base())) {
            int code = second.awaitEnd(VaultProcess.PATIENCE);
            Duration took = second.age();
            String said = second.said();
            trial.figure("the second process ended with %d after %.2f s: %s", code, Waiting.seconds(took), said);
            trial.promise(code != 0, "exit code 0");
            trial.promise(took.compareTo(MOST) <= 0, "it took %.2f s", Waiting.seconds(took));
            trial.promise(said.lines().count() == 1 && said.contains("in use"), "not one clear line: %s", said);
            trial.promise(first.isAlive(), "the first process ended");
        }
    }
}
