package io.artifactvault.testhub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A place where an answer waits until the test lets it go on. The origin's thread calls {@link #pass}, the test calls {@link
 * #awaitReached} and {@link #open}. All waits are bounded, so that a test that forgets to open a gate ends nevertheless.
 */
public final class Gate {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    /** Lets everybody pass, now and later. */
    public void open() {
        opened.countDown();
    }

    /** Whether somebody came to the gate. */
    public boolean isReached() {
        return reached.getCount() == 0;
    }

    /** Waits until somebody comes to the gate; an {@link AssertionError} after 30 s. */
    public void awaitReached() throws InterruptedException {
        if (!reached.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("Nobody came to the gate within " + PATIENCE.toSeconds() + " s.");
        }
    }

    /** Waits until the gate is open; after 30 s the answer fails, and its connection ends. */
    public void pass() throws IOException {
        reached.countDown();
        try {
            if (!opened.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new InterruptedIOException("Nobody opened the gate within " + PATIENCE.toSeconds() + " s.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The origin stopped while an answer waited at a gate.");
        }
    }
}
