package io.artifactvault.proofs.attack;

import java.time.Duration;

/** Origins that send interim answers (103) for ever: one every three seconds, fifty a second, and one origin as many as it can. */
final class EndlessInterims implements Attack {
    private static final int REQUESTS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Outcomes outcomes = new Outcomes();

    @Override
    public String name() {
        return "interim answers for ever";
    }

    @Override
    public void run(AttackStage stage) throws Exception {
        int count = stage.count(REQUESTS);
        stage.each(count, number -> outcomes.of(() -> stage.client().ask("/http/interim/" + number, PATIENCE)));
        stage.say("%s", outcomes);
        int failed = count - outcomes.answered();
        stage.promise(failed == 0, "%d of %d got no final answer in %d s", failed, count, PATIENCE.toSeconds());
    }
}
