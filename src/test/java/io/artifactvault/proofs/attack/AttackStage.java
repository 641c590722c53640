package io.artifactvault.proofs.attack;

import io.artifactvault.testhub.TestHub;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** What an attack has to do with: the vault, its origins, and how large it is to be. Thread-safe. */
public final class AttackStage implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofSeconds(40);
    private static final Duration HOLD = Duration.ofSeconds(5);
    private static final int FIRST_ADDRESS = 10;

    private final TestHub hub;
    private final AwkwardOrigin origin;
    private final int port;
    private final Path cache;
    private final List<String> stored;
    private final double scale;
    private final Queue<Line> lines = new ConcurrentLinkedQueue<>();
    private final Queue<String> remarks = new ConcurrentLinkedQueue<>();
    private final Queue<String> broken = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    /** What one of many attackers does. */
    @FunctionalInterface
    interface Step {
        void take(int number) throws IOException;
    }

    /**
     * Readies a stage.
     *
     * @param port of the vault
     * @param cache the vault's folder
     * @param stored targets of what is stored there
     * @param scale how large the attack is to be; 1 for its full size
     */
    public AttackStage(TestHub hub, AwkwardOrigin origin, int port, Path cache, List<String> stored, double scale) {
        this.hub = hub;
        this.origin = origin;
        this.port = port;
        this.cache = cache;
        this.stored = stored;
        this.scale = scale;
    }

    TestHub hub() {
        return hub;
    }

    AwkwardOrigin origin() {
        return origin;
    }

    Path cache() {
        return cache;
    }

    List<String> stored() {
        return stored;
    }

    /** How many of something, of so many in full size. */
    int count(int full) {
        return Math.max(1, (int) Math.round(full * scale));
    }

    /** The attacker. */
    Client client() {
        return client(0);
    }

    /** One of several attackers, each with an address of its own. */
    Client client(int number) {
        return new Client("127.0.1." + (FIRST_ADDRESS + number), port);
    }

    /** A connection that stays open until the attack is over. */
    Line open(Client client, int window) throws IOException {
        Line line = client.open(window);
        lines.add(line);
        if (over) {
            line.close();
        }
        return line;
    }

    Line open() throws IOException {
        return open(client(), 0);
    }

    /** Does something so many times side by side; answers how many did not fail before all had ended or time was up. */
    int each(int count, Step step) throws InterruptedException {
        AtomicInteger done = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    step.take(number);
                    done.incrementAndGet();
                } catch (IOException e) {
                    // The vault refused it, or ended it.
                }
            }));
        }
        long deadline = System.nanoTime() + LONGEST.toNanos();
        for (Thread thread : threads) {
            thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        }
        threads.forEach(Thread::interrupt);
        return done.get();
    }

    /** Lets the attack have its effect. */
    void hold() throws IOException {
        Pause.of(HOLD);
    }

    /** Says what came of it. */
    @SuppressWarnings("AnnotateFormatMethod")
    void say(String format, Object... values) {
        remarks.add(String.format(Locale.ROOT, format, values));
    }

    /** A promise that holds for this attack alone. */
    @SuppressWarnings("AnnotateFormatMethod")
    void promise(boolean holds, String format, Object... values) {
        if (!holds) {
            broken.add(String.format(Locale.ROOT, format, values));
        }
    }

    /** The attack itself failed, which is no promise kept. */
    public void fail(Exception failure) {
        broken.add("the attack failed: " + failure);
    }

    public List<String> remarks() {
        return List.copyOf(remarks);
    }

    public List<String> broken() {
        return List.copyOf(broken);
    }

    /** Closes all that is open. */
    @Override
    public void close() {
        over = true;
        lines.forEach(Line::close);
    }
}
