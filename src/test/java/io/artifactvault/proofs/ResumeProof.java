package io.artifactvault.proofs;

import io.artifactvault.proofs.Downloads.End;
import io.artifactvault.proofs.Downloads.Result;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.TestHub;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** kill -9 when a client has 60 % of a large file: the origin sends little more than the rest. */
final class ResumeProof implements Proof {
    private static final int KILLED_AT = 60;
    private static final int MOST_PERCENT = 45;

    @Override
    public void run(Trial trial) throws Exception {
        long size = trial.amount(1_000_000_000);
        Content content = Content.generated(size, trial.random().nextLong());
        Path cache = trial.folder("cache");
        try (TestHub hub = TestHub.empty()) {
            HubRepository repository = hub.repo("models", "acme/large").xet("large.bin", content);
            repository.push();
            String path = TestHub.resolve(repository, "main", "large.bin");
            killInTheMiddle(hub, cache, path, content);
            hub.reset();
            try (VaultProcess vault = VaultProcess.start(cache, hub.base())) {
                Result result = Downloads.get(vault.uri(path), content);
                report(trial, result, 100.0 * hub.originBodyBytes() / size);
            }
        }
    }

    private static void killInTheMiddle(TestHub hub, Path cache, String path, Content content) throws Exception {
        try (VaultProcess vault = VaultProcess.start(cache, hub.base())) {
            CountDownLatch enough = new CountDownLatch(1);
            Thread client = Thread.ofPlatform().start(() -> {
                try {
                    Downloads.get(vault.uri(path), content, count -> {
                        if (count >= content.length() / 100 * KILLED_AT) {
                            enough.countDown();
                        }
                    });
                } finally {
                    enough.countDown();
                }
            });
            enough.await();
            vault.kill();
            client.join();
        }
    }

    private static void report(Trial trial, Result result, double percent) {
        trial.figure(
                "%,d bytes killed at %d %%: the origin sent %.1f %% after the restart, the client's bytes are %s",
                result.bytes(), KILLED_AT, percent, result.end() == End.WHOLE ? "exact" : result.why());
        trial.promise(result.end() == End.WHOLE, "the client got %s: %s", result.end(), result.why());
        trial.promise(percent <= MOST_PERCENT, "%.1f %% were sent again, not %d %%", percent, MOST_PERCENT);
    }
}
