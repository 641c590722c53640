package io.artifactvault.proofs;

import io.artifactvault.proofs.Downloads.End;
import io.artifactvault.proofs.Downloads.Result;
import io.artifactvault.testhub.Asked;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.TestHub;
import java.time.Duration;
import java.util.List;

/** A cold file from an origin that limits each connection: several streams against one, by the same vault, in one run. */
final class ParallelProof implements Proof {
    private static final long RATE = 8L << 20;
    private static final int SECONDS_OF_ONE_STREAM = 32;
    private static final double LEAST_TIMES = 4;

    @Override
    public void run(Trial trial) throws Exception {
        long size = trial.amount(RATE * SECONDS_OF_ONE_STREAM);
        Fault limit = Fault.throttle(RATE);
        double limited = compare(trial, "limited to 8 MiB/s each", size, List.of(limit));
        trial.promise(
                limited >= LEAST_TIMES, "several streams were %.2f times as fast, not %.0f", limited, LEAST_TIMES);
        compare(trial, "the same, 50 ms away", size, List.of(Fault.delay(Duration.ofMillis(50)), limit));
        compare(trial, "the same, ignoring Range", size, List.of(Fault.ignoringRange(), limit));
    }

    private static double compare(Trial trial, String scene, long size, List<Fault> faults) throws Exception {
        Content content = Content.generated(size, trial.random().nextLong());
        double one = seconds(trial, scene, content, faults, 1);
        double several = seconds(trial, scene, content, faults, 8);
        trial.figure(
                "%s: %,d bytes by one stream in %.2f s, by up to eight in %.2f s: %.2f times as fast",
                scene, size, one, several, one / several);
        return one / several;
    }

    private static double seconds(Trial trial, String scene, Content content, List<Fault> faults, int streams)
            throws Exception {
        try (TestHub hub = TestHub.empty()) {
            HubRepository repository = hub.repo("models", "acme/large").xet("large.bin", content);
            repository.push();
            faults.forEach(fault -> hub.fail(Asked.cdn(), fault));
            try (VaultProcess vault =
                    VaultProcess.startWith(trial.folder("cache"), hub.base(), "parallel_segments: " + streams, "")) {
                long began = System.nanoTime();
                Result result = Downloads.get(vault.uri(TestHub.resolve(repository, "main", "large.bin")), content);
                trial.promise(
                        result.end() == End.WHOLE, "%s: the client got %s: %s", scene, result.end(), result.why());
                double sent = (double) hub.originBodyBytes() / content.length();
                trial.promise(sent <= 1.05, "%s: the origin sent %.3f times the file", scene, sent);
                return (result.at() - began) / 1e9;
            }
        }
    }
}
