package io.artifactvault.proofs;

import io.artifactvault.proofs.Scene.Offered;
import io.artifactvault.proofs.attack.Answer;
import io.artifactvault.proofs.attack.Client;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A normal client of another address: it asks for one thing after the other, tries again when the vault has no room or the
 * connection fails, and compares every byte. Its thread owns all that it counts until it has ended.
 */
final class Witness implements Runnable {
    private static final Duration PERIOD = Duration.ofMillis(150);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration REST = Duration.ofMillis(500);
    private static final int KEPT_REASONS = 3;

    private final Client client;
    private final List<Offered> files;
    private final List<String> reasons = new ArrayList<>();
    private volatile boolean over;
    private int asked;
    private int right;
    private int wrong;
    private Duration slowest = Duration.ZERO;

    /** @param files asked for in turn, again and again */
    Witness(Client client, List<Offered> files) {
        this.client = client;
        this.files = files;
    }

    @Override
    public void run() {
        for (int i = 0; !over || i == 0; i++) {
            ask(files.get(i % files.size()));
            Waiting.pass(PERIOD);
        }
    }

    /** Asks for each once, or gives up when several got no answer: then the rest counts as asked for, too. */
    Witness askForAll() {
        for (Offered file : files) {
            if (reasons.size() < KEPT_REASONS) {
                ask(file);
            } else {
                asked++;
            }
        }
        return this;
    }

    void stop() {
        over = true;
    }

    private void ask(Offered file) {
        asked++;
        long start = System.nanoTime();
        String reason = "";
        boolean answered = false;
        while (!answered && Waiting.since(start).compareTo(PATIENCE) < 0) {
            try {
                Answer answer = client.ask(file.target(), PATIENCE.minus(Waiting.since(start)));
                answered = answer.status() == 200;
                reason = "status " + answer.status();
                judge(answer, file);
            } catch (IOException e) {
                reason = String.valueOf(e.getMessage());
            }
            if (!answered) {
                Waiting.pass(REST);
            }
        }
        Duration took = Waiting.since(start);
        slowest = took.compareTo(slowest) > 0 ? took : slowest;
        if (!answered && reasons.size() < KEPT_REASONS) {
            reasons.add(file.target() + ": " + reason);
        }
    }

    private void judge(Answer answer, Offered file) {
        if (answer.is(file.content().bytes())) {
            right++;
        } else if (answer.status() == 200) {
            wrong++;
        }
    }

    int asked() {
        return asked;
    }

    int right() {
        return right;
    }

    /** Answers with status 200 and other bytes. */
    int wrong() {
        return wrong;
    }

    /** Why it got no answer, with the first examples. */
    List<String> reasons() {
        return reasons;
    }

    Duration slowest() {
        return slowest;
    }
}
