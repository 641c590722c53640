package io.artifactvault.proofs.attack;

import java.io.IOException;
import java.time.Duration;

/** An answer that may be stored and has no end, read for a while by one client, with a {@code max_size} that it exceeds. */
final class EndlessAnswer implements Attack {
    private static final long MAX_SIZE = 60L << 20;
    private static final long BOUND = 90L << 20;
    private static final int SAMPLES = 40;
    private static final Duration SAMPLE = Duration.ofMillis(200);
    private static final Duration SETTLED = Duration.ofSeconds(3);

    @Override
    public String name() {
        return "endless answer";
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
        Line line = stage.open();
        line.send(Client.get("/http/endless/1"));
        Thread reader = Thread.ofVirtual().start(() -> read(line));
        long most = 0;
        for (int i = 0; i < stage.count(SAMPLES); i++) {
            Pause.of(SAMPLE);
            most = Math.max(most, DiskUse.of(stage.cache()));
        }
        line.reset();
        reader.join();
        Pause.of(SETTLED);
        long settled = stage.origin().endlessBytes();
        Pause.of(SETTLED);
        long later = stage.origin().endlessBytes();
        long after = DiskUse.of(stage.cache());
        stage.say(
                "%.0f MiB came, the folder took %.0f MiB at most, %.0f MiB afterwards; %.0f MiB more came without a reader",
                settled / 1048576.0, most / 1048576.0, after / 1048576.0, (later - settled) / 1048576.0);
        stage.promise(most <= BOUND, "with max_size: 60 MiB the folder took %.0f MiB", most / 1048576.0);
        stage.promise(later == settled, "it went on without a reader");
    }

    private static void read(Line line) {
        try {
            line.drain();
        } catch (IOException e) {
            // The reader left, or the vault ended the answer.
        }
    }
}
