package io.artifactvault.proofs.attack;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** When requests of one kind came to an origin, by {@link System#nanoTime}. Thread-safe. */
public final class Arrivals {
    private final List<Long> times = new CopyOnWriteArrayList<>();

    void add() {
        times.add(System.nanoTime());
    }

    public int count() {
        return times.size();
    }

    /** How many came after that moment. */
    public long after(long nanoTime) {
        return times.stream().filter(time -> time - nanoTime > 0).count();
    }

    public void clear() {
        times.clear();
    }
}
