package io.artifactvault.proofs.attack;

import java.io.IOException;
import java.time.Duration;

/** Names that the Hub does not know, half of them of 12 KB, with a small {@code max_size}. */
final class MissingNames implements Attack {
    private static final int NAMES = 3_000;
    private static final int CONNECTIONS = 20;
    private static final String LONG = "y".repeat(12_000);
    private static final long MAX_SIZE = 1 << 20;
    private static final long BOUND = 12 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Outcomes outcomes = new Outcomes();

    @Override
    public String name() {
        return "missing names";
    }

    @Override
    public String cacheSettings() {
        return "max_size: " + MAX_SIZE;
    }

    @Override
    public boolean evicts() {
        return true;
    }

    @Override
    public void run(AttackStage stage) throws Exception {
        long before = DiskUse.of(stage.cache());
        int count = stage.count(NAMES);
        stage.each(CONNECTIONS, number -> ask(stage, number, count / CONNECTIONS));
        stage.hold();
        long after = DiskUse.of(stage.cache());
        stage.say("%s; the folder takes %.1f MiB, before %.1f", outcomes, after / 1048576.0, before / 1048576.0);
        stage.promise(
                after <= Math.max(before, BOUND),
                "with max_size: 1 MiB the folder takes %.1f MiB, bound %d MiB",
                after / 1048576.0,
                BOUND >> 20);
    }

    private void ask(AttackStage stage, int connection, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            String name = connection + "-" + i + (i % 2 == 0 ? LONG : "");
            if (!outcomes.of(() -> stage.client().ask("/huggingface/acme/seed/resolve/main/" + name, PATIENCE))) {
                Pause.of(Duration.ofMillis(1));
            }
        }
    }
}
