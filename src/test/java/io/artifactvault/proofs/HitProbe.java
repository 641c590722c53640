package io.artifactvault.proofs;

import io.artifactvault.proofs.attack.Answer;
import io.artifactvault.proofs.attack.Client;
import io.artifactvault.proofs.attack.Line;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A client that asks for one warm thing again and again and compares every byte, with a new connection for each tenth request.
 * Confined to one thread, a platform thread, so that it does not queue behind the attackers of this process.
 */
final class HitProbe implements Callable<Latencies> {
    private static final Duration PERIOD = Duration.ofMillis(25);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int PER_CONNECTION = 10;

    private final Client client;
    private final String target;
    private final byte[] expected;
    private final Duration time;
    private final List<Duration> latencies = new ArrayList<>();
    private int failed;
    private String why = "";
    private @Nullable Line line;

    HitProbe(Client client, String target, byte[] expected, Duration time) {
        this.client = client;
        this.target = target;
        this.expected = expected;
        this.time = time;
    }

    @Override
    public Latencies call() {
        long start = System.nanoTime();
        while (Waiting.since(start).compareTo(time) < 0) {
            long began = System.nanoTime();
            if (latencies.size() % PER_CONNECTION == 0) {
                leave();
            }
            sample();
            Waiting.pass(PERIOD.minus(Waiting.since(began)));
        }
        leave();
        return new Latencies(latencies, failed, why);
    }

    private void sample() {
        long asked = System.nanoTime();
        try {
            Line open = line;
            if (open == null) {
                open = client.open();
                line = open;
            }
            open.send(Client.get(target));
            Answer answer = open.receive(PATIENCE);
            latencies.add(Waiting.since(asked));
            if (!answer.is(expected)) {
                fail("status " + answer.status() + " with " + answer.body().length + " bytes");
            }
        } catch (IOException e) {
            latencies.add(PATIENCE);
            fail(String.valueOf(e.getMessage()));
            leave();
        }
    }

    private void fail(String reason) {
        why = failed == 0 ? reason : why;
        failed++;
    }

    private void leave() {
        Line open = line;
        if (open != null) {
            open.close();
            line = null;
        }
    }
}
