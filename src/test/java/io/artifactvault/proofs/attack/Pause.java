package io.artifactvault.proofs.attack;

import java.io.InterruptedIOException;
import java.time.Duration;

/** Lets time pass; an interrupt ends the exchange that waits. */
final class Pause {
    private Pause() {}

    static void of(Duration time) throws InterruptedIOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The attack is over.");
        }
    }
}
