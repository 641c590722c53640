package io.artifactvault.proofs.attack;

import java.util.List;

/** All attacks on the budgets of a vault. */
public final class Attacks {
    private Attacks() {}

    /** New ones, in the order in which they are run. */
    public static List<Attack> all() {
        return List.of(
                new UnfinishedBodies(),
                new LongTargets(1),
                new LongTargets(20),
                new HalfHeads(),
                new IdleConnections(),
                new Slowloris(),
                new Flood(),
                new MissingNames(),
                new EndlessAnswer(),
                new HostileField("Link", "<"),
                new HostileField("RateLimit", ";"),
                new ManyCodings(),
                new EndlessInterims(),
                new SlowReaders(),
                new UnreadPipelines());
    }
}
