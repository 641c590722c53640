package io.artifactvault.proofs.attack;

import java.io.IOException;
import java.time.Duration;

/** Sends an octet every twenty seconds: half of them of a request's head, half of its body. */
final class Drips implements Crowd.Exchange {
    private static final Duration PERIOD = Duration.ofSeconds(20);
    private static final int LENGTH = 1_000_000;

    @Override
    public void hold(Line line, int number) throws IOException {
        line.send(
                number % 2 == 0
                        ? "GET /huggingface/acme/tiny/resolve/main/fi"
                        : Client.headWithBody("POST", "/huggingface/api/models/acme/tiny/preupload/main", LENGTH));
        line.drip('x', PERIOD);
    }
}
