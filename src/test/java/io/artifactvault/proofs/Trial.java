package io.artifactvault.proofs;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/**
 * What a proof gets and gives: a folder to work in, a seed and a size on the one side, its figures on the other. Confined to
 * one thread.
 */
final class Trial {
    private final String name;
    private final Path work;
    private final long seed;
    private final Optional<Long> amount;
    private final double scale;
    private final String only;
    private final PrintStream out;
    private final List<String> broken = new ArrayList<>();

    /**
     * Readies a proof.
     *
     * @param amount how many rounds, entries or bytes instead of the proof's own default
     * @param scale how large its attacks are; 1 for their full size
     * @param only the part of the proof that alone is run; empty for all
     */
    Trial(String name, Path work, long seed, Optional<Long> amount, double scale, String only, PrintStream out) {
        this.name = name;
        this.work = work;
        this.seed = seed;
        this.amount = amount;
        this.scale = scale;
        this.only = only;
        this.out = out;
    }

    Random random() {
        return new Random(seed);
    }

    long amount(long usual) {
        return amount.orElse(usual);
    }

    double scale() {
        return scale;
    }

    /** Whether a part of the proof is to be run. */
    boolean runs(String part) {
        return part.contains(only);
    }

    /** An empty folder of that name, below this proof's own. */
    Path folder(String folder) throws IOException {
        return Folders.empty(work.resolve(name).resolve(folder));
    }

    /** One line: what was measured. */
    @SuppressWarnings("AnnotateFormatMethod")
    void figure(String format, Object... values) {
        out.printf("%s: %s%n", name, String.format(Locale.ROOT, format, values));
    }

    /** A promise, which holds or not. */
    @SuppressWarnings("AnnotateFormatMethod")
    void promise(boolean holds, String format, Object... values) {
        if (!holds) {
            String text = String.format(Locale.ROOT, format, values);
            broken.add(text);
            out.printf("%s: BROKEN: %s%n", name, text);
        }
    }

    /** A promise with its figure, which is printed whether it holds or not. */
    @SuppressWarnings("AnnotateFormatMethod")
    void check(boolean holds, String format, Object... values) {
        if (holds) {
            figure("PASS: " + format, values);
        } else {
            promise(false, format, values);
        }
    }

    /** Says that this machine does not let the proof run: neither kept nor broken. */
    void notRun(String reason) {
        out.printf("%s: not run: %s%n", name, reason);
    }

    List<String> broken() {
        return List.copyOf(broken);
    }
}
