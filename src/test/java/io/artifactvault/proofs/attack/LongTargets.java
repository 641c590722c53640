package io.artifactvault.proofs.attack;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** Requests with targets of 60 KiB, one after the other; each differs, so that nothing of them can be shared. */
final class LongTargets implements Attack {
    private static final int REQUESTS = 10_000;
    private static final String LONG = "x".repeat(60 << 10);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final int connections;
    private final Outcomes outcomes = new Outcomes();

    LongTargets(int connections) {
        this.connections = connections;
    }

    @Override
    public String name() {
        return "long targets on " + connections + (connections == 1 ? " connection" : " connections");
    }

    @Override
    public void run(AttackStage stage) throws Exception {
        int count = stage.count(REQUESTS);
        stage.each(connections, number -> ask(stage, count / connections));
        stage.say("%s", outcomes);
    }

    private static Answer ask(Line line, String target, AtomicBoolean open) throws IOException {
        line.send(Client.get(target));
        Answer answer = line.receive(PATIENCE);
        open.set(!answer.closes());
        return answer;
    }

    /** A connection that is closed after an answer, as after a 414, is opened anew. */
    private void ask(AttackStage stage, int count) throws IOException {
        int left = count;
        while (left > 0) {
            try (Line line = stage.open()) {
                AtomicBoolean open = new AtomicBoolean(true);
                while (left > 0 && open.get()) {
                    left--;
                    String target = "/elsewhere/" + left + LONG;
                    open.compareAndSet(true, outcomes.of(() -> ask(line, target, open)));
                }
            } catch (IOException e) {
                // Refused: the next one may get in.
                left--;
            }
        }
    }
}
