package io.artifactvault.proofs.attack;

import java.io.IOException;
import java.time.Duration;

/** Readers that take an octet a second of large bodies that are not stored: 500 of 64. */
final class SlowReaders implements Attack {
    private static final int READERS = 500;
    private static final int BODIES = 64;
    private static final int WINDOW = 4096;
    private static final Duration SIP = Duration.ofSeconds(1);

    @Override
    public String name() {
        return "slow readers";
    }

    @Override
    public void run(AttackStage stage) throws Exception {
        int count = stage.count(READERS);
        for (int i = 0; i < count; i++) {
            String target = "/http/stream/" + i % BODIES;
            Thread.ofVirtual().start(() -> read(stage, target));
        }
        stage.hold();
        stage.hold();
        stage.say("%d readers of %d bodies", count, BODIES);
    }

    private static void read(AttackStage stage, String target) {
        try (Line line = stage.open(stage.client(), WINDOW)) {
            line.send(Client.get(target));
            line.sip(SIP);
        } catch (IOException e) {
            // The vault refused or ended it.
        }
    }
}
