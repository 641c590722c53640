package io.artifactvault.proofs;

import io.artifactvault.store.blob.PartialsKept;
import io.artifactvault.testhub.TestHub;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/** Ten seconds after a start that follows kills, the folder holds hardly more than what is kept. */
final class LitterProof implements Proof {
    private static final int FILES = 40;
    private static final long LARGEST = 30_000_000;
    private static final Duration SETTLED = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofMillis(100);
    private static final double MOST = 1.05;

    @Override
    public void run(Trial trial) throws Exception {
        int rounds = Math.toIntExact(trial.amount(10));
        Random random = trial.random();
        Path cache = trial.folder("cache");
        try (TestHub hub = TestHub.empty()) {
            Kills kills = new Kills(hub, cache, GRACE, random);
            for (int i = 0; i < rounds; i++) {
                VaultProcess vault = VaultProcess.start(cache, hub.base());
                kills.strike(vault, Shelf.fill(hub, "acme/shelf-" + i, FILES, LARGEST, random));
            }
            long left = Folders.onDisk(cache);
            VaultProcess vault = VaultProcess.start(cache, hub.base());
            try {
                Waiting.until(SETTLED, () -> vault.age().compareTo(SETTLED) >= 0);
                report(trial, cache, rounds, left);
            } finally {
                vault.kill();
            }
        }
    }

    private static void report(Trial trial, Path cache, int rounds, long left) throws Exception {
        long onDisk = Folders.onDisk(cache);
        long committed = Folders.bytes(StoredFiles.blobs(cache));
        long partials = PartialsKept.bytes(cache);
        double ratio = (double) onDisk / Math.max(1, committed + partials);
        trial.figure(
                "%d kills left %,d bytes on disk; %d s after the start %,d, which is %.3f × (%,d committed + %,d in"
                        + " partials)",
                rounds, left, SETTLED.toSeconds(), onDisk, ratio, committed, partials);
        trial.promise(ratio <= MOST, "%.3f × what is kept, not %.2f ×", ratio, MOST);
    }
}
