package io.artifactvault.proofs;

import io.artifactvault.proofs.Scene.Offered;
import io.artifactvault.proofs.attack.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Asks for one thing after another, compares every byte, and notes the time to the first. Confined to one thread. */
final class Sampling {
    /** One request of a client. */
    @FunctionalInterface
    interface Asking {
        Answer ask(String target) throws IOException;
    }

    private final Asking client;
    private final Duration period;
    private final List<Duration> latencies = new ArrayList<>();
    private int failed;
    private String why = "";

    /** @param period from one request to the next, unless the response takes longer */
    Sampling(Asking client, Duration period) {
        this.client = client;
        this.period = period;
    }

    /**
     * Takes at least one sample.
     *
     * @param most samples
     * @param time after which no further one begins
     */
    Latencies run(Supplier<Offered> next, int most, Duration time) {
        long start = System.nanoTime();
        do {
            long asked = System.nanoTime();
            sample(next.get(), asked);
            Waiting.pass(period.minus(Waiting.since(asked)));
        } while (latencies.size() < most && Waiting.since(start).compareTo(time) < 0);
        return new Latencies(latencies, failed, why);
    }

    private void sample(Offered wanted, long asked) {
        try {
            Answer answer = client.ask(wanted.target());
            if (!answer.is(wanted.content().bytes())) {
                throw new IOException("status " + answer.status() + " with " + answer.body().length + " bytes");
            }
            latencies.add(Duration.ofNanos(answer.firstByteAt() - asked));
        } catch (IOException e) {
            latencies.add(Waiting.since(asked));
            why = failed == 0 ? String.valueOf(e.getMessage()) : why;
            failed++;
        }
    }
}
