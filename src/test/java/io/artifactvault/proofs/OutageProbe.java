package io.artifactvault.proofs;

import io.artifactvault.proofs.Scene.Offered;
import io.artifactvault.proofs.attack.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** A stock client that asks every half second, compares every byte, and notes the time to the first. Confined to one thread. */
final class OutageProbe implements Callable<Latencies> {
    private static final Duration PERIOD = Duration.ofMillis(500);

    private final StockClient client;
    private final Supplier<Offered> next;
    private final Duration time;

    /** @param next what it asks for, each time */
    OutageProbe(StockClient client, Supplier<Offered> next, Duration time) {
        this.client = client;
        this.next = next;
        this.time = time;
    }

    @Override
    public Latencies call() {
        List<Duration> firstBytes = new ArrayList<>();
        int failed = 0;
        String why = "";
        long start = System.nanoTime();
        while (firstBytes.isEmpty() || Waiting.since(start).compareTo(time) < 0) {
            long asked = System.nanoTime();
            Offered wanted = next.get();
            try {
                Answer answer = client.get(wanted.target());
                if (!answer.is(wanted.content().bytes())) {
                    throw new IOException("status " + answer.status() + " with " + answer.body().length + " bytes");
                }
                firstBytes.add(Duration.ofNanos(answer.firstByteAt() - asked));
            } catch (IOException e) {
                firstBytes.add(Waiting.since(asked));
                why = failed == 0 ? String.valueOf(e.getMessage()) : why;
                failed++;
            }
            Waiting.pass(PERIOD.minus(Waiting.since(asked)));
        }
        return new Latencies(firstBytes, failed, why);
    }
}
