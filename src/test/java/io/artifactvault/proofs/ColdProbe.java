package io.artifactvault.proofs;

import io.artifactvault.proofs.Scene.Offered;
import io.artifactvault.proofs.attack.Answer;
import io.artifactvault.proofs.attack.Client;
import io.artifactvault.proofs.attack.Line;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.Callable;

/** A client that asks for what is not stored, by a new connection each time. Confined to one thread. */
final class ColdProbe implements Callable<Latencies> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Client client;
    private final Queue<Offered> files;
    private final int samples;
    private final Duration time;

    /**
     * @param files each is taken away and asked for once
     * @param time over which the samples are spread; those that find no time are left out
     */
    ColdProbe(Client client, Queue<Offered> files, int samples, Duration time) {
        this.client = client;
        this.files = files;
        this.samples = samples;
        this.time = time;
    }

    @Override
    public Latencies call() {
        return new Sampling(this::ask, time.dividedBy(samples)).run(files::remove, samples, time);
    }

    private Answer ask(String target) throws IOException {
        try (Line line = client.open()) {
            line.send(Client.get(target));
            return line.receive(PATIENCE);
        }
    }
}
