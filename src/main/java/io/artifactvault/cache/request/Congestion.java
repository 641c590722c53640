package io.artifactvault.cache.request;

import io.artifactvault.origin.policy.FairPermits;
import io.artifactvault.origin.policy.FairPermits.Holder;
import io.artifactvault.origin.policy.FairPermits.Use;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs which clients hold the places that others wait for: once when a queue forms, and not again within a minute.
 * Thread-safe.
 */
public final class Congestion {
    private static final Logger log = LoggerFactory.getLogger(Congestion.class);
    private static final Duration SILENCE = Duration.ofMinutes(1);
    private static final int MOST_NAMED = 8;

    private boolean said;
    private long saidAt; // both guarded by this

    /** Called when a task waits for a place, or was refused one. */
    public void report(String what, FairPermits permits) {
        if (permits.waiting() <= 1 && isTime()) {
            log.warn("{}: of {} in all, {}.", what, permits.limits().permits(), holders(permits.uses()));
        }
    }

    private synchronized boolean isTime() {
        long now = System.nanoTime();
        boolean time = !said || now - saidAt > SILENCE.toNanos();
        if (time) {
            said = true;
            saidAt = now;
        }
        return time;
    }

    /** The clients in words, those with the most places first. */
    static String holders(Map<Holder, Use> uses) {
        String named = uses.entrySet().stream()
                .sorted(Comparator.comparingInt((Map.Entry<Holder, Use> one) ->
                                one.getValue().held() + one.getValue().waiting())
                        .reversed())
                .limit(MOST_NAMED)
                .map(one -> one.getKey().client() + " holds " + one.getValue().held() + " and waits for "
                        + one.getValue().waiting() + " at backend "
                        + one.getKey().backend())
                .collect(Collectors.joining(", "));
        return uses.size() > MOST_NAMED ? named + ", and " + (uses.size() - MOST_NAMED) + " others hold less" : named;
    }
}
