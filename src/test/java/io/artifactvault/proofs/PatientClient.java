package io.artifactvault.proofs;

import io.artifactvault.proofs.attack.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What huggingface_hub 1.22 and later does to learn of a file that it does not have: one HEAD with a time
 * limit of 10 s, and when that fails six more with 60 s, and with pauses of 1, 2, 4, 8 and 8 s, or of Retry-After + 1 s where a
 * response names one. Confined to one thread.
 */
final class PatientClient {
    private static final int TRIES = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);
    private static final Set<Integer> TRIED_AGAIN = Set.of(429, 500, 502, 503, 504);

    private final int port;
    private final String target;

    PatientClient(int port, String target) {
        this.port = port;
        this.target = target;
    }

    /** How long it takes until the client gives up or has an answer; no longer than {@code most}. */
    Duration untilItEnds(Duration most) {
        long start = System.nanoTime();
        if (!isTriedAgain(head(new StockClient(port), most))) {
            return Waiting.since(start);
        }
        Duration pause = Duration.ofSeconds(1);
        for (int i = 1; Waiting.since(start).compareTo(most) < 0; i++) {
            Seen seen = head(new StockClient(port, PATIENCE), most.minus(Waiting.since(start)));
            if (!isTriedAgain(seen) || i == TRIES) {
                return Waiting.since(start);
            }
            Duration wanted = seen.retryAfter().isEmpty()
                    ? pause
                    : Duration.ofSeconds(seen.retryAfter().getAsInt() + 1L);
            Duration left = most.minus(Waiting.since(start));
            Waiting.pass(wanted.compareTo(left) < 0 ? wanted : left);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
        return most;
    }

    /** @param status 0 where none came */
    private record Seen(int status, OptionalInt retryAfter) {}

    private static boolean isTriedAgain(Seen seen) {
        return seen.status() == 0 || TRIED_AGAIN.contains(seen.status());
    }

    private Seen head(StockClient client, Duration most) {
        try {
            Answer answer = client.ask("HEAD", target, most.compareTo(Duration.ZERO) > 0 ? most : Duration.ofMillis(1));
            return new Seen(answer.status(), answer.retryAfter());
        } catch (IOException e) {
            return new Seen(0, OptionalInt.empty());
        }
    }
}
