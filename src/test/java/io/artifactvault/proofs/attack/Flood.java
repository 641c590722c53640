package io.artifactvault.proofs.attack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections of many addresses, more than there are descriptors, while the Hub is away; and then all that is stored is asked
 * for, on connections that were opened before.
 */
final class Flood implements Attack {
    private static final int CONNECTIONS = 4_000;
    private static final int ADDRESSES = 20;
    private static final int READERS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Outcomes outcomes = new Outcomes();

    @Override
    public String name() {
        return "flood while the Hub is away";
    }

    @Override
    public boolean hubIsAway() {
        return true;
    }

    @Override
    public boolean leavesRoom() {
        return false;
    }

    @Override
    public void run(AttackStage stage) throws Exception {
        List<Line> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            Line line = stage.open();
            line.send(Client.get("/nothing"));
            line.receive(PATIENCE);
            readers.add(line);
        }
        int count = stage.count(CONNECTIONS);
        int opened = stage.each(count, number -> {
            Line line = stage.open(stage.client(number % ADDRESSES), 0);
            line.send("GET / HTTP/1.1\r\n");
        });
        stage.each(READERS, number -> read(stage, readers.get(number), number));
        stage.say("%d of %d connections opened from %d addresses; then %s", opened, count, ADDRESSES, outcomes);
    }

    /** A reader that loses its connection asks no more. */
    private void read(AttackStage stage, Line line, int first) {
        boolean answered = true;
        for (int i = first; i < stage.stored().size() && answered; i += READERS) {
            String target = stage.stored().get(i);
            answered = outcomes.of(() -> {
                line.send(Client.get(target));
                return line.receive(PATIENCE);
            });
        }
    }
}
