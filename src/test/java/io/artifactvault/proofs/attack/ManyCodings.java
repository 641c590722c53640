package io.artifactvault.proofs.attack;

import java.io.IOException;
import java.time.Duration;

/** {@code Transfer-Encoding} with 20,000 members. */
final class ManyCodings implements Attack {
    private static final int REQUESTS = 400;

    /** Well below the connections that one address may have with 1,024 descriptors; more are reset before they are heard. */
    private static final int AT_ONCE = 50;

    private static final String CODINGS = "x,".repeat(20_000) + "chunked";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Outcomes outcomes = new Outcomes();

    @Override
    public String name() {
        return "20,000 transfer codings";
    }

    @Override
    public void run(AttackStage stage) throws Exception {
        int count = stage.count(REQUESTS);
        for (int done = 0; done < count; done += AT_ONCE) {
            stage.each(Math.min(AT_ONCE, count - done), number -> outcomes.of(() -> ask(stage)));
        }
        stage.say("%s", outcomes);
        int refused = outcomes.count(status -> status >= 400);
        stage.promise(refused == count, "%d of %d got no 4xx or 5xx", count - refused, count);
    }

    private static Answer ask(AttackStage stage) throws IOException {
        try (Line line = stage.open()) {
            line.send(Client.head("POST", "/http/sink/1") + "Transfer-Encoding: " + CODINGS + "\r\n\r\n0\r\n\r\n");
            return line.receive(PATIENCE);
        }
    }
}
