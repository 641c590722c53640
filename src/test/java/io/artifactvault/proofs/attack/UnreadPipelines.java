package io.artifactvault.proofs.attack;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** 10,000 requests on each of four connections, whose answers are never read. */
final class UnreadPipelines implements Attack {
    private static final int REQUESTS = 10_000;
    private static final int CONNECTIONS = 4;
    private static final int WINDOW = 4096;
    private static final Duration LONG = Duration.ofMinutes(1);

    private final AtomicInteger sent = new AtomicInteger();

    @Override
    public String name() {
        return "unread pipelines";
    }

    @Override
    public void run(AttackStage stage) throws Exception {
        int count = stage.count(REQUESTS);
        for (int i = 0; i < CONNECTIONS; i++) {
            Thread.ofVirtual().start(() -> send(stage, count));
        }
        stage.hold();
        stage.hold();
        stage.say("%d of %d requests taken", sent.get(), count * CONNECTIONS);
    }

    private void send(AttackStage stage, int count) {
        try (Line line = stage.open(stage.client(), WINDOW)) {
            for (int i = 0; i < count; i++) {
                line.send(Client.get("/http/small/0"));
                sent.incrementAndGet();
            }
            line.drip(' ', LONG);
        } catch (IOException e) {
            // The vault ended it, or the attack is over.
        }
    }
}
