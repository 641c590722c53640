package io.artifactvault.simulation;

import io.artifactvault.store.index.EvictionPolicy;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;

/** Prints what part of the bytes and of the requests each candidate hits, at several cache sizes. Argument: the seed. */
public final class EvictionComparison {
    private static final long[] PERCENT = {2, 5, 10, 20, 40};

    private EvictionComparison() {}

    public static void main(String[] arguments) {
        long seed = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1;
        Trace trace = Trace.of(seed);
        System.out.printf(
                Locale.ROOT,
                "Seed %d: %,d requests for %,d files of %.1f TB together.%n%n",
                seed,
                trace.accesses().size(),
                trace.files(),
                trace.bytes() / 1e12);
        System.out.print("| policy |");
        for (long percent : PERCENT) {
            System.out.printf(Locale.ROOT, " %d %% = %.1f TB |", percent, trace.bytes() * percent / 100e12);
        }
        System.out.printf("%n| --- |%s%n", " --- |".repeat(PERCENT.length));
        candidates().forEach((name, maker) -> line(name, maker, trace));
    }

    private static void line(String name, LongFunction<Candidate> maker, Trace trace) {
        StringBuilder line = new StringBuilder("| " + name + " |");
        for (long percent : PERCENT) {
            line.append(ratios(maker.apply(trace.bytes() / 100 * percent), trace));
        }
        System.out.println(line);
    }

    private static String ratios(Candidate candidate, Trace trace) {
        long bytes = 0;
        long hitBytes = 0;
        int hits = 0;
        for (Access access : trace.accesses()) {
            bytes += access.size();
            if (candidate.access(access)) {
                hits++;
                hitBytes += access.size();
            }
        }
        return String.format(
                Locale.ROOT,
                " %.1f / %.1f |",
                100.0 * hitBytes / bytes,
                100.0 * hits / trace.accesses().size());
    }

    private static Map<String, LongFunction<Candidate>> candidates() {
        Map<String, LongFunction<Candidate>> all = new LinkedHashMap<>();
        all.put("LRU", limit -> new ByRow(limit, (_, _, age) -> -age));
        all.put("LRU by size, age × size^0.2", limit -> new ByRow(limit, (_, size, age) -> -sized(age, size, 0.2)));
        all.put("LRU by size, age × size^0.5", limit -> new ByRow(limit, (_, size, age) -> -sized(age, size, 0.5)));
        all.put("GDSF, uses ÷ size", limit -> new GreedyDual(limit, 1));
        all.put("GDSF, uses ÷ size^0.2", limit -> new GreedyDual(limit, 0.2));
        all.put("LFU with dynamic aging", limit -> new GreedyDual(limit, 0));
        all.put("W-TinyLFU by weight", TinyLfu::new);
        all.put("uses ÷ age", limit -> new ByRow(limit, (uses, _, age) -> (1 + uses) / (age + 60_000.0)));
        all.put(
                "uses ÷ (age × size^0.2)",
                limit -> new ByRow(limit, (uses, size, age) -> (1 + uses) / sized(age + 60_000, size, 0.2)));
        all.put("**uses ÷ (age × size^0.4): `EvictionPolicy`**", limit -> new ByRow(limit, EvictionPolicy::value));
        return all;
    }

    private static double sized(long age, long size, double exponent) {
        return (age + 1.0) * Math.pow((double) Math.max(size, 4096), exponent);
    }
}
