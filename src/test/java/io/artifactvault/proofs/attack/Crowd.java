package io.artifactvault.proofs.attack;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Attackers of one kind. Each holds one exchange open for as long as the vault lets it, and begins anew a second after it was
 * thrown out, on a virtual thread of its own. Thread-safe.
 */
public final class Crowd implements AutoCloseable {
    private static final Duration REST = Duration.ofSeconds(1);

    /** What one attacker does on its connection; returns or fails when the vault ends it. */
    @FunctionalInterface
    interface Exchange {
        void hold(Line line, int number) throws IOException;
    }

    private final Client client;
    private final int window;
    private final Exchange exchange;
    private final Set<Line> lines = ConcurrentHashMap.newKeySet();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final AtomicInteger ended = new AtomicInteger();
    private volatile boolean over;

    /** @param window bytes that the system receives ahead of the attackers; 0 for its default */
    Crowd(Client client, int window, Exchange exchange) {
        this.client = client;
        this.window = window;
        this.exchange = exchange;
    }

    /** Sends one more attacker. */
    void add(int number) {
        threads.add(Thread.ofVirtual().name("attacker-" + number).start(() -> attack(number)));
    }

    private void attack(int number) {
        while (!over) {
            try (Line line = client.open(window)) {
                hold(line, number);
            } catch (IOException e) {
                // Refused or thrown out, as it should be.
            }
            rest();
        }
    }

    private void hold(Line line, int number) throws IOException {
        lines.add(line);
        try {
            exchange.hold(line, number);
        } finally {
            lines.remove(line);
            if (!over) {
                ended.incrementAndGet();
            }
        }
    }

    private void rest() {
        try {
            Thread.sleep(over ? Duration.ZERO : REST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            over = true;
        }
    }

    /** Exchanges that the vault holds open now. */
    public int held() {
        return lines.size();
    }

    /** Exchanges that the vault ended. */
    public int ended() {
        return ended.get();
    }

    /** Ends all exchanges, every second one with RST. */
    @Override
    public void close() {
        over = true;
        int count = 0;
        for (Line line : lines) {
            if (count++ % 2 == 0) {
                line.reset();
            } else {
                line.close();
            }
        }
        threads.forEach(Thread::interrupt);
    }
}
