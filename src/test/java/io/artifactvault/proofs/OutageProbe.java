package io.artifactvault.proofs;

import io.artifactvault.proofs.Scene.Offered;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** A stock client that asks every half second. Confined to one thread. */
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
        return new Sampling(client::get, PERIOD).run(next, Integer.MAX_VALUE, time);
    }
}
