package io.artifactvault.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** As the vault does it: above 98 % of the limit the files of the least value go, down to 90 %; value comes from the row. */
final class ByRow implements Candidate {
    /** What a file is worth; the arguments are uses, size and milliseconds since the last use. */
    interface Value {
        double of(long uses, long size, long age);
    }

    private record Held(int file, long size, long usedAt, long uses) {}

    private final Map<Integer, Held> files = new HashMap<>();
    private final long limit;
    private final Value value;
    private long total;

    ByRow(long limit, Value value) {
        this.limit = limit;
        this.value = value;
    }

    @Override
    public boolean access(Access access) {
        Held known = files.get(access.file());
        long uses = known == null ? 0 : 1 + known.uses;
        files.put(access.file(), new Held(access.file(), access.size(), access.at(), uses));
        if (known == null) {
            total += access.size();
            shrink(access.at());
        }
        return known != null;
    }

    private record Ranked(Held held, double value) {}

    private void shrink(long now) {
        if (total <= limit / 100 * 98) {
            return;
        }
        List<Ranked> ranked = new ArrayList<>(files.size());
        files.values().forEach(held -> ranked.add(new Ranked(held, value.of(held.uses, held.size, now - held.usedAt))));
        ranked.sort(Comparator.comparingDouble(Ranked::value));
        for (Ranked victim : ranked) {
            if (total <= limit / 100 * 90) {
                return;
            }
            files.remove(victim.held.file);
            total -= victim.held.size;
        }
    }
}
