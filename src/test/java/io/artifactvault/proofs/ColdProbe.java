package io.artifactvault.proofs;

import io.artifactvault.proofs.Scene.Offered;
import io.artifactvault.proofs.attack.Answer;
import io.artifactvault.proofs.attack.Client;
import io.artifactvault.proofs.attack.Line;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;

/** A client that asks for what is not stored, and compares every byte; it notes the time to the first. Confined to one thread. */
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
        List<Duration> firstBytes = new ArrayList<>();
        int failed = 0;
        String why = "";
        long start = System.nanoTime();
        for (int i = 0; i < samples && (i == 0 || Waiting.since(start).compareTo(time) < 0); i++) {
            Offered file = files.remove();
            long asked = System.nanoTime();
            try (Line line = client.open()) {
                line.send(Client.get(file.target()));
                Answer answer = line.receive(PATIENCE);
                firstBytes.add(Duration.ofNanos(answer.firstByteAt() - asked));
                if (!answer.is(file.content().bytes())) {
                    throw new IOException("status " + answer.status() + " with " + answer.body().length + " bytes");
                }
            } catch (IOException e) {
                if (firstBytes.size() <= i) {
                    firstBytes.add(PATIENCE);
                }
                why = failed == 0 ? String.valueOf(e.getMessage()) : why;
                failed++;
            }
            Waiting.pass(time.dividedBy(samples).minus(Waiting.since(asked)));
        }
        return new Latencies(firstBytes, failed, why);
    }
}
