package io.artifactvault.proofs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Runs proofs by name, one after the other; {@code proofs/run} is its launcher. Exits 1 when a promise is broken or could
 * not be tried for a reason of the proof's own, 2 when it is asked for something that it does not know.
 */
public final class Proofs {
    private static final Map<String, Proof> ALL = all();
    private static final long SEED = 20_260_101;

    private Proofs() {}

    private static Map<String, Proof> all() {
        Map<String, Proof> all = new LinkedHashMap<>();
        all.put("crash", new CrashProof());
        all.put("resume", new ResumeProof());
        all.put("litter", new LitterProof());
        all.put("lock", new LockProof());
        all.put("full", new DiskProof(Trouble.FULL));
        all.put("inodes", new DiskProof(Trouble.NO_INODES));
        all.put("readonly", new DiskProof(Trouble.READ_ONLY));
        all.put("power", new PowerProof());
        all.put("rot", new RotProof());
        all.put("start", new StartProof());
        all.put("dedup", new DedupProof());
        all.put("parallel", new ParallelProof());
        all.put("ranges", new RangesProof());
        all.put("proxy", new ProxyProof());
        all.put("fairness", new FairnessProof());
        all.put("budget", new BudgetProof());
        all.put("outage", new OutageProof());
        return all;
    }

    /**
     * Takes names, {@code --work FOLDER}, and for all of them {@code --seed N}, {@code --rounds N}, {@code --scale N} (per
     * cent of the attacks) and {@code --only TEXT} (only the parts with that in their name).
     */
    public static void main(String[] args) throws IOException {
        List<String> names = new ArrayList<>();
        Path work = Path.of("target", "proofs");
        long seed = SEED;
        Optional<Long> amount = Optional.empty();
        double scale = 1;
        String only = "";
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--work" -> work = Path.of(args[++i]);
                case "--seed" -> seed = Long.parseLong(args[++i]);
                case "--rounds" -> amount = Optional.of(Long.parseLong(args[++i]));
                case "--scale" -> scale = Double.parseDouble(args[++i]) / 100;
                case "--only" -> only = args[++i];
                default -> names.add(args[i]);
            }
        }
        if (names.isEmpty() || !ALL.keySet().containsAll(names)) {
            System.err.println("Proofs: " + String.join(" ", ALL.keySet()));
            System.exit(2);
        }
        boolean kept = true;
        for (String name : names) {
            kept &= isKept(name, new Trial(name, work, seed, amount, scale, only, System.out));
        }
        System.exit(kept ? 0 : 1);
    }

    private static boolean isKept(String name, Trial trial) {
        try {
            Objects.requireNonNull(ALL.get(name)).run(trial);
        } catch (Exception e) {
            trial.promise(false, "the proof itself failed: %s", e);
            e.printStackTrace(System.out);
        }
        return trial.broken().isEmpty();
    }
}
