package io.artifactvault.proofs;

import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.proofs.Downloads.End;
import io.artifactvault.store.StoreSettings;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.sqlite.SqliteEntryIndex;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.TestHub;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Starts with a large index: how long until it listens and until the first hit, and the memory it takes. As users start it,
 * by the launcher; {@code java -jar} is measured beside it.
 */
final class StartProof implements Proof {
    private static final List<Integer> SIZES = List.of(0, 10_000, 100_000, 1_000_000);
    private static final int STARTS = 5;
    private static final int GROUP = 5_000;
    private static final String HEAP = "-Xmx1g";
    private static final Duration MOST = Duration.ofSeconds(1);
    private static final long MOST_KIB = 1 << 20;

    @Override
    public void run(Trial trial) throws Exception {
        Path cache = trial.folder("cache");
        Content content = Content.generated(1_000_000, trial.random().nextLong());
        try (TestHub hub = TestHub.empty()) {
            HubRepository repository = hub.repo("models", "acme/first").lfs("hit.bin", content);
            String path = TestHub.resolve(repository, repository.push(), "hit.bin");
            try (VaultProcess vault = VaultProcess.start(cache, hub.base())) {
                Downloads.get(vault.uri(path), content);
            }
            int filled = 0;
            for (int size : SIZES) {
                if (size <= trial.amount(Integer.MAX_VALUE)) {
                    prefill(cache, filled, size);
                    filled = size;
                    measure(trial, hub, cache, size, path, content);
                }
            }
        }
    }

    private static void prefill(Path cache, int from, int to) throws Exception {
        try (SqliteEntryIndex index = SqliteEntryIndex.open(StoreSettings.of(cache, 1L << 40, 32L << 20, 64))) {
            for (int i = from; i < to; i++) {
                Digest digest = digest(i);
                index.putBlob(digest, 1_000 + i, Optional.empty(), Optional.empty());
                index.put(entry(i, digest));
                if (i % GROUP == GROUP - 1) {
                    index.flush();
                }
            }
            index.flush();
        }
    }

    private static Digest digest(int number) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256")
                .digest(Integer.toString(number).getBytes(StandardCharsets.US_ASCII));
        return Digest.sha256(HexFormat.of().formatHex(hash));
    }

    private static Entry entry(int number, Digest digest) {
        Fields fields = Fields.builder()
                .add("Content-Type", "application/octet-stream")
                .add("ETag", "\"" + digest.hex() + "\"")
                .add("X-Linked-Etag", "\"" + digest.hex() + "\"")
                .add("X-Linked-Size", Integer.toString(1_000 + number))
                .add("X-Repo-Commit", digest.hex().substring(0, 40))
                .add("Content-Disposition", "inline; filename=\"model-" + number + ".safetensors\"")
                .build();
        Instant at = Instant.ofEpochSecond(1_700_000_000L + number);
        String key =
                "huggingface models/acme/model-" + number + " " + digest.hex().substring(0, 40) + " model-" + number;
        return new Entry(
                key, 200, fields, OptionalLong.of(1_000 + number), Optional.of(digest), Optional.of(digest), at, at);
    }

    /** What five starts showed. */
    private static final class Starts {
        final List<Duration> listening = new ArrayList<>();
        final List<Duration> work = new ArrayList<>();
        final List<Duration> firstHit = new ArrayList<>();
        long resident;
        long highest;
        boolean hits = true;

        Duration listening() {
            return Waiting.median(listening);
        }

        String times() {
            return "listening after %.2f s (%.2f s of CPU), first hit %.2f s later"
                    .formatted(
                            Waiting.seconds(listening()),
                            Waiting.seconds(Waiting.median(work)),
                            Waiting.seconds(Waiting.median(firstHit)));
        }
    }

    private interface Starter {
        VaultProcess start() throws Exception;
    }

    private static void measure(Trial trial, TestHub hub, Path cache, int size, String path, Content content)
            throws Exception {
        // The first start by the launcher makes what makes later ones fast.
        VaultProcess.startByLauncher(cache, hub.base(), HEAP).kill();
        Starts launcher = starts(() -> VaultProcess.startByLauncher(cache, hub.base(), HEAP), hub, path, content);
        Starts plain = starts(() -> VaultProcess.start(cache, hub.base(), HEAP), hub, path, content);
        trial.figure(
                "%,9d entries (index %,d MB): by ./vault %s (medians of %d); resident %d MiB, at most %d MiB;"
                        + " by java -jar %s",
                size,
                indexBytes(cache) / 1_000_000,
                launcher.times(),
                STARTS,
                launcher.resident >> 10,
                launcher.highest >> 10,
                plain.times());
        trial.promise(launcher.hits && plain.hits, "with %d entries the first request was no hit", size);
        Duration median = launcher.listening();
        trial.promise(median.compareTo(MOST) <= 0, "listening after %.2f s", Waiting.seconds(median));
        trial.promise(launcher.highest < MOST_KIB, "%d MiB resident", launcher.highest >> 10);
    }

    private static Starts starts(Starter starter, TestHub hub, String path, Content content) throws Exception {
        Starts starts = new Starts();
        for (int i = 0; i < STARTS; i++) {
            VaultProcess vault = starter.start();
            try {
                starts.listening.add(vault.untilListening());
                starts.work.add(vault.cpuUntilListening());
                hub.reset();
                starts.hits &= Downloads.get(vault.uri(path), content).end() == End.WHOLE && hub.originBodyBytes() == 0;
                starts.firstHit.add(vault.age().minus(vault.untilListening()));
                starts.resident = Math.max(starts.resident, vault.memoryKiB("VmRSS"));
                starts.highest = Math.max(starts.highest, vault.memoryKiB("VmHWM"));
            } finally {
                vault.kill();
            }
        }
        return starts;
    }

    private static long indexBytes(Path cache) throws IOException {
        return Files.size(cache.resolve("index.sqlite"));
    }
}
