package io.artifactvault.proofs.attack;

import java.io.IOException;
import java.time.Duration;

/** Sends bodies an octet a second: some that the vault passes on as they come, some that it reads first. */
final class SlowUploads implements Crowd.Exchange {
    private static final int LENGTH = 1 << 20;

    @Override
    public void hold(Line line, int number) throws IOException {
        line.send(
                switch (number % 4) {
                    case 0 -> Client.headWithBody("PUT", "/http/sink/" + number, LENGTH);
                    case 1 -> Client.headWithBody("POST", "/huggingface/api/models/acme/tiny/paths-info/main", LENGTH);
                    case 2 -> Client.headWithBody("POST", "/huggingface/acme/tiny.git/info/lfs/objects/batch", LENGTH);
                    default -> Client.headWithBody("POST", "/huggingface/api/models/acme/tiny/preupload/main", LENGTH);
                });
        line.drip(' ', Duration.ofSeconds(1));
    }
}
