package io.artifactvault.proofs.attack;

import java.io.IOException;
import java.time.Duration;

/** Reads what is passed through and never stored: logs that go on for ever, and large bodies, an octet a second. */
final class SlowStreams implements Crowd.Exchange {
    @Override
    public void hold(Line line, int number) throws IOException {
        switch (number % 4) {
            case 0 -> read(line, "/http/stream/" + number);
            case 1 -> read(line, "/huggingface/buckets/acme/stream/resolve/" + number);
            default -> {
                line.send(Client.get("/huggingface/api/jobs/acme/job-" + number + "/logs"));
                line.drain();
            }
        }
    }

    private static void read(Line line, String target) throws IOException {
        line.send(Client.get(target));
        line.sip(Duration.ofSeconds(1));
    }
}
