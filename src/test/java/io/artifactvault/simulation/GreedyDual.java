package io.artifactvault.simulation;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * GreedyDual-Size with Frequency: a file's rank is the clock at its last use plus its uses over a power of its size (1 is the
 * textbook's, for requests; 0 is LFU with dynamic aging, for bytes); the clock is the rank of the last file given up.
 */
final class GreedyDual implements Candidate {
    private record Held(int file, long size, int uses, double rank) {}

    private final Map<Integer, Held> files = new HashMap<>();
    private final TreeSet<Held> order =
            new TreeSet<>(Comparator.comparingDouble(Held::rank).thenComparingInt(Held::file));
    private final long limit;
    private final double exponent;
    private long total;
    private double clock;

    GreedyDual(long limit, double exponent) {
        this.limit = limit;
        this.exponent = exponent;
    }

    @Override
    public boolean access(Access access) {
        Held known = files.remove(access.file());
        if (known != null) {
            order.remove(known);
            total -= known.size;
        }
        int uses = known == null ? 1 : known.uses + 1;
        Held held = new Held(
                access.file(),
                access.size(),
                uses,
                clock + uses / Math.pow((double) Math.max(access.size(), 4096), exponent));
        files.put(access.file(), held);
        order.add(held);
        total += held.size;
        shrink();
        return known != null;
    }

    private void shrink() {
        while (total > limit) {
            Held victim = order.removeFirst();
            files.remove(victim.file);
            total -= victim.size;
            clock = victim.rank;
        }
    }
}
