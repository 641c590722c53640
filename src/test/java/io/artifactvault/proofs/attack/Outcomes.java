package io.artifactvault.proofs.attack;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** How requests ended, counted by status; those without an answer count as 0. Thread-safe. */
final class Outcomes {
    private final Map<Integer, AtomicInteger> counts = new ConcurrentSkipListMap<>();

    /** One request, which is answered or fails. */
    @FunctionalInterface
    interface Ask {
        Answer ask() throws IOException;
    }

    /** Notes the outcome; whether there was an answer. */
    boolean of(Ask ask) {
        int status = 0;
        try {
            status = ask.ask().status();
        } catch (IOException e) {
            // No answer is an outcome, too.
        }
        counts.computeIfAbsent(status, _ -> new AtomicInteger()).incrementAndGet();
        return status > 0;
    }

    /** How many there were with such a status. */
    int count(IntPredicate status) {
        return counts.entrySet().stream()
                .filter(entry -> status.test(entry.getKey()))
                .mapToInt(entry -> entry.getValue().get())
                .sum();
    }

    int answered() {
        return count(status -> status > 0);
    }

    @Override
    public String toString() {
        return counts.isEmpty()
                ? "nothing asked"
                : counts.entrySet().stream()
                        .map(entry -> entry.getValue() + " × " + (entry.getKey() == 0 ? "no answer" : entry.getKey()))
                        .collect(Collectors.joining(", "));
    }
}
