package io.artifactvault.proofs;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * How the traces of an attack went away.
 *
 * @param took until all were gone, or until the time was over
 * @param left what was still there then; empty when all is gone
 * @param last what was seen last
 */
record Fading(Duration took, List<String> left, Traces last) {
    private static final Duration STEP = Duration.ofMillis(500);

    /** Waits until a vault holds no more than before, within a bound. */
    static Fading of(VaultProcess vault, Path cache, Set<Integer> origins, Traces before, Duration most) {
        long start = System.nanoTime();
        Fading seen = new Fading(Duration.ZERO, List.of("not looked at"), before);
        while (!seen.left.isEmpty() && Waiting.since(start).compareTo(most) < 0 && vault.isAlive()) {
            Waiting.pass(STEP);
            seen = look(vault, cache, origins, before, start);
        }
        return vault.isAlive() ? seen : new Fading(Waiting.since(start), List.of("the process has ended"), before);
    }

    private static Fading look(VaultProcess vault, Path cache, Set<Integer> origins, Traces before, long start) {
        try {
            Traces now = Traces.of(vault, cache, origins);
            return new Fading(Waiting.since(start), now.beyond(before), now);
        } catch (Exception e) {
            return new Fading(Waiting.since(start), List.of("the vault cannot be examined: " + e), before);
        }
    }
}
