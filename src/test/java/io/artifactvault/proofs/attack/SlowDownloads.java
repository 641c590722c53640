package io.artifactvault.proofs.attack;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Downloads of files that are not stored: of the first half the origin sends slowly, the second half is read slowly. */
final class SlowDownloads implements Crowd.Exchange {
    private static final Duration SIP = Duration.ofSeconds(1);

    private final List<String> dripped;
    private final List<String> quick;

    /**
     * @param dripped targets that the origin sends slowly
     * @param quick targets that it sends quickly
     */
    SlowDownloads(List<String> dripped, List<String> quick) {
        this.dripped = dripped;
        this.quick = quick;
    }

    @Override
    public void hold(Line line, int number) throws IOException {
        if (number % 2 == 0) {
            line.send(Client.get(dripped.get(number / 2 % dripped.size())));
            line.drain();
        } else {
            line.send(Client.get(quick.get(number / 2 % quick.size())));
            line.sip(SIP);
        }
    }
}
