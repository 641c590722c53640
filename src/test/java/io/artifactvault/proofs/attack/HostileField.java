package io.artifactvault.proofs.attack;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A field of the origin's answer with 60 KB of the same character, which must not take long at each hit. */
final class HostileField implements Attack {
    private static final int LENGTH = 60_000;
    private static final int SAMPLES = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(35);
    private static final Duration BOUND = Duration.ofSeconds(1);

    private final String field;
    private final String character;
    private final Outcomes outcomes = new Outcomes();

    HostileField(String field, String character) {
        this.field = field;
        this.character = character;
    }

    @Override
    public String name() {
        return "60 KB of " + character + " in " + field;
    }

    @Override
    public void run(AttackStage stage) throws Exception {
        String path = "/api/models/acme/seed/tree/";
        AtomicInteger sent = new AtomicInteger();
        stage.hub().fail(request -> request.path().startsWith(path), reply -> {
            sent.incrementAndGet();
            // What ends it keeps it apart from a field of the same name that the Hub adds.
            reply.field(field, character.repeat(LENGTH) + "x");
            return false;
        });
        Duration slowest = Duration.ZERO;
        for (int i = 0; i < SAMPLES && slowest.compareTo(BOUND) <= 0; i++) {
            long asked = System.nanoTime();
            outcomes.of(() -> stage.client().ask("/huggingface" + path + "main", PATIENCE));
            Duration took = Duration.ofNanos(System.nanoTime() - asked);
            slowest = took.compareTo(slowest) > 0 ? took : slowest;
        }
        stage.say("%s, the slowest after %.2f s", outcomes, slowest.toNanos() / 1e9);
        stage.promise(sent.get() > 0, "the vault never asked for it");
        stage.promise(slowest.compareTo(BOUND) <= 0, "an answer took %.2f s, bound 1 s", slowest.toNanos() / 1e9);
    }
}
