package io.artifactvault.proofs;

import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.TestHub;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A hundred readers of random ranges of one cold file: each exact, and together they cost the origin the file once at most. */
final class RangesProof implements Proof {
    private static final int READERS = 100;
    private static final int RANGES_EACH = 20;
    private static final int LONGEST = 4 << 20;

    @Override
    public void run(Trial trial) throws Exception {
        long size = trial.amount(1L << 30);
        Content content = Content.generated(size, trial.random().nextLong());
        try (TestHub hub = TestHub.empty()) {
            HubRepository repository = hub.repo("models", "acme/large").xet("large.bin", content);
            repository.push();
            try (VaultProcess vault = VaultProcess.start(trial.folder("cache"), hub.base())) {
                URI uri = vault.uri(TestHub.resolve(repository, "main", "large.bin"));
                long began = System.nanoTime();
                int exact = read(uri, content, trial.random());
                double seconds = (System.nanoTime() - began) / 1e9;
                double sent = (double) hub.originBodyBytes() / size;
                trial.figure(
                        "%d of %d ranges exact for %d readers in %.1f s; the origin sent %.3f times the file of %,d bytes;"
                                + " resident %d MiB, at most %d MiB",
                        exact,
                        READERS * RANGES_EACH,
                        READERS,
                        seconds,
                        sent,
                        size,
                        vault.memoryKiB("VmRSS") / 1024,
                        vault.memoryKiB("VmHWM") / 1024);
                trial.promise(
                        exact == READERS * RANGES_EACH, "%d ranges were not exact", READERS * RANGES_EACH - exact);
                trial.promise(sent <= 1.0, "the origin sent %.3f times the file", sent);
            }
        }
    }

    private static int read(URI uri, Content content, Random random) throws Exception {
        int exact = 0;
        try (ExecutorService clients = Executors.newFixedThreadPool(READERS)) {
            List<Future<Integer>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                Random own = new Random(random.nextLong());
                readers.add(clients.submit(() -> ranges(uri, content, own)));
            }
            for (Future<Integer> reader : readers) {
                exact += reader.get();
            }
        }
        return exact;
    }

    private static int ranges(URI uri, Content content, Random random) {
        int exact = 0;
        for (int i = 0; i < RANGES_EACH; i++) {
            int count = 1 + random.nextInt(LONGEST);
            long first = random.nextLong(content.length() - count);
            exact += Downloads.isExactRange(uri, content, first, count) ? 1 : 0;
        }
        return exact;
    }
}
