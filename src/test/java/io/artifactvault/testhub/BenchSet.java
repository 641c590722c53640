package io.artifactvault.testhub;

import io.artifactvault.testhub.HubKnobs.Delivery;

/**
 * What {@code benchmarks/run} downloads: one repository, delivered without redirects, as before 2025, so that caches that
 * cannot follow one may be asked for the very same. Files called warm are asked for again and again, the others once each.
 */
final class BenchSet {
    private static final int KIB = 1024;
    private static final long MIB = 1024L * KIB;

    private BenchSet() {}

    /** With so many files of each kind to be asked for once; all are hashed now, which takes seconds. */
    static void fill(TestHub hub, int oneTimeFiles) {
        hub.knobs().regularDelivery(Delivery.DIRECT_200).largeDelivery(Delivery.DIRECT_200);
        HubRepository bench = hub.repo("models", "acme/bench")
                .file("warm-4k.bin", Content.generated(4 * KIB, 1).bytes())
                .file("warm-16k.bin", Content.generated(16 * KIB, 2).bytes())
                .lfs("warm-1m.bin", Content.generated(MIB, 3))
                .lfs("warm-64m.bin", Content.generated(64 * MIB, 4))
                .lfs("warm-1g.bin", Content.generated(1024 * MIB, 5));
        for (int i = 1; i <= oneTimeFiles; i++) {
            bench.lfs("cold-64m-" + i + ".bin", Content.generated(64 * MIB, 10 + i))
                    .lfs("cold-1g-" + i + ".bin", Content.generated(1024 * MIB, 20 + i))
                    .lfs("join-64m-" + i + ".bin", Content.generated(64 * MIB, 30 + i));
        }
        bench.push();
    }
}
