package io.artifactvault.proofs;

import io.artifactvault.proofs.Scene.Offered;
import io.artifactvault.proofs.attack.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

/** Clients that go on asking for what is not stored while origins are away. Ends with {@link #close}. */
final class ColdNoise implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final StockClient client;
    private final Thread one;
    private final Thread other;
    private volatile boolean over;
    private volatile int longestRetryAfter;

    ColdNoise(OutageStage stage) {
        client = stage.client();
        one = Thread.ofVirtual().start(() -> ask(stage::coldFile));
        other = Thread.ofVirtual().start(() -> ask(stage::coldResource));
    }

    private void ask(Supplier<Offered> next) {
        while (!over) {
            long asked = System.nanoTime();
            try {
                Answer answer = client.get(next.get().target());
                note(answer.retryAfter().orElse(0));
            } catch (IOException e) {
                // Another gives it up, too.
            }
            Waiting.pass(PERIOD.minus(Waiting.since(asked)));
        }
    }

    private synchronized void note(int retryAfter) {
        longestRetryAfter = Math.max(longestRetryAfter, retryAfter);
    }

    /** The longest Retry-After of all responses, in seconds. */
    int longestRetryAfter() {
        return longestRetryAfter;
    }

    /** Asks for nothing more; what is under way may go on for the time limit of a client. */
    @Override
    public void close() {
        over = true;
    }

    /** Waits until nothing is under way. */
    void join() throws InterruptedException {
        one.join();
        other.join();
    }
}
