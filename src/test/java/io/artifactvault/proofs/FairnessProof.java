package io.artifactvault.proofs;

import static io.artifactvault.proofs.Latencies.millis;
import static io.artifactvault.proofs.Waiting.seconds;

import io.artifactvault.proofs.attack.Client;
import io.artifactvault.proofs.attack.Line;
import io.artifactvault.proofs.attack.Rush;
import io.artifactvault.proofs.attack.Siege;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/**
 * One address does all at once that holds a vault up, and another goes on working. Phases: the vault idle; orders of clients
 * that left while they waited; a rush of clients that leave at once; the siege, with such a rush in its midst; and the time
 * after it, in which all traces go.
 */
final class FairnessProof implements Proof {
    /** Cold GETs that are reset at once. */
    static final int RUSH = 1_200;

    private static final List<String> HITS = List.of("hit at a commit", "hit at main", "hit of type http");
    private static final List<String> COLDS = List.of("cold file of the Hub", "cold answer of type http");
    private static final Duration WARMING = Duration.ofSeconds(3);
    private static final Duration IDLE = Duration.ofSeconds(8);
    private static final Duration SIEGE = Duration.ofSeconds(30);
    private static final Duration RAMP = Duration.ofSeconds(3);
    private static final int COLD_SAMPLES = 10;

    /** A difference below that is the scheduler's, with two cores for vault, origins and 1,170 attackers. */
    private static final Duration NOISE = Duration.ofMillis(20);

    /** What an idle vault beside takes as well is the machine's; but the attacked one slows it, too, so no more than that counts. */
    private static final Duration MOST_NOISE = Duration.ofMillis(50);

    private static final Duration LATER = Duration.ofSeconds(1);
    private static final Duration CANCELLED = Duration.ofMillis(1_500);
    private static final Duration UNTIL_ALL_CAME = Duration.ofSeconds(6);
    private static final long RUSHED_BYTES = 8 << 20;
    private static final int ORDERS = 50;
    private static final Duration GONE = Duration.ofSeconds(30);
    private static final Duration GRACE = Duration.ofSeconds(5);

    @Override
    public void run(Trial trial) throws Exception {
        for (int round = 0; round < trial.amount(1); round++) {
            try (FairnessStage stage = new FairnessStage(trial)) {
                run(trial, stage);
            }
        }
    }

    private static void run(Trial trial, FairnessStage stage) throws Exception {
        stage.fetchWarm();
        Together.run(stage.hits(WARMING));
        List<Latencies> hits = Together.run(stage.hits(IDLE));
        List<Latencies> colds = Together.run(stage.colds(COLD_SAMPLES, IDLE));
        report(trial, "idle", hits, colds);
        Traces before = stage.traces();
        trial.figure("idle: %s", before);
        leaveOrders(trial, stage);
        rush(trial, stage, "alone");
        try (Siege siege = stage.siege()) {
            siege.begin(trial.random());
            Waiting.pass(RAMP);
            trial.figure("the vault holds %s", siege.held());
            List<Latencies> during = measure(trial, stage);
            trial.figure("after %.0f s it holds %s; it ended %d", seconds(SIEGE), siege.held(), siege.ended());
            report(trial, "besieged", during, during.subList(2 * HITS.size(), during.size()));
            report(trial, "the idle vault beside", during.subList(HITS.size(), 2 * HITS.size()), List.of());
            compare(trial, hits, colds, during);
            trial.figure("besieged: %d MiB resident", stage.vault().memoryKiB("VmRSS") >> 10);
        }
        checkTraces(trial, stage, before);
    }

    private static void report(Trial trial, String when, List<Latencies> hits, List<Latencies> colds) {
        for (int i = 0; i < HITS.size(); i++) {
            trial.figure("%s: %s: %s", when, HITS.get(i), hits.get(i));
        }
        for (int i = 0; i < colds.size(); i++) {
            trial.figure("%s: %s, first byte: %s", when, COLDS.get(i), colds.get(i));
        }
    }

    /** Orders wait for a place upstream when their client leaves: they must never be executed. */
    private static void leaveOrders(Trial trial, FairnessStage stage) throws Exception {
        try (Line first = stage.attacker().open();
                Line second = stage.attacker().open()) {
            first.send(Client.get("/limited/held/1"));
            second.send(Client.get("/limited/held/2"));
            Waiting.pass(LATER);
            List<String> orders = IntStream.range(0, ORDERS)
                    .mapToObj(number -> Rush.order("/limited/order/" + number))
                    .toList();
            int sent = Rush.leaveAtOnce(stage.attacker(), orders);
            Waiting.pass(LATER);
            stage.scene().origin().release();
            Waiting.pass(LATER.multipliedBy(2));
            int executed = stage.scene().origin().orders();
            trial.check(
                    executed == 0,
                    "of %d POSTs that waited for a place upstream when their clients left, %d were executed",
                    sent,
                    executed);
        }
    }

    private static void rush(Trial trial, FairnessStage stage, String when) throws Exception {
        stage.scene().late().clear();
        long bytes = stage.rushedBytes();
        int sent = Rush.leaveAtOnce(stage.attacker(), stage.rush());
        long left = System.nanoTime();
        Latencies cold = stage.colds(2, LATER).getFirst().call();
        Waiting.pass(UNTIL_ALL_CAME.minus(Waiting.since(left)));
        long late = stage.scene().late().after(left + CANCELLED.toNanos());
        long sentBytes = stage.rushedBytes() - bytes;
        trial.figure(
                "rush %s: %d cold GETs reset at once, %d came to the origins; a cold file's first byte right after: %s",
                when, sent, stage.scene().late().count(), cold);
        trial.check(
                late == 0,
                "rush %s: %d requests came to the origins later than %s after the resets",
                when,
                late,
                millis(CANCELLED));
        trial.check(sentBytes <= RUSHED_BYTES, "rush %s: the origins sent %.1f MB for it", when, sentBytes / 1e6);
    }

    /** Hits of both vaults and cold ones together, and the rush in their midst. */
    private static List<Latencies> measure(Trial trial, FairnessStage stage) throws Exception {
        List<Callable<Latencies>> probes = new ArrayList<>(stage.hits(SIEGE));
        probes.addAll(stage.colds(COLD_SAMPLES, SIEGE));
        Thread rush = Thread.ofPlatform().start(() -> {
            try {
                Waiting.pass(RAMP);
                rush(trial, stage, "besieged");
            } catch (Exception e) {
                trial.promise(false, "the rush failed: %s", e);
            }
        });
        List<Latencies> measured = Together.run(probes);
        rush.join();
        return measured;
    }

    private static void compare(Trial trial, List<Latencies> hits, List<Latencies> colds, List<Latencies> during) {
        for (int i = 0; i < HITS.size(); i++) {
            Latencies now = during.get(i);
            Duration before = hits.get(i).p99();
            Duration beside = during.get(HITS.size() + i).p99();
            Duration bound = longer(longer(before, shorter(beside, MOST_NOISE)).multipliedBy(2), NOISE);
            trial.check(
                    now.failed() == 0 && now.p99().compareTo(bound) <= 0,
                    "%s: p99 %s, before %s, of the idle vault beside %s, bound %s; %d of %d failed",
                    HITS.get(i),
                    millis(now.p99()),
                    millis(before),
                    millis(beside),
                    millis(bound),
                    now.failed(),
                    now.sorted().size());
        }
        for (int i = 0; i < COLDS.size(); i++) {
            Duration bound = colds.get(i).slowest().plusSeconds(1);
            Latencies now = during.get(2 * HITS.size() + i);
            trial.check(
                    now.failed() == 0 && now.slowest().compareTo(bound) <= 0,
                    "%s: slowest first byte %s, idle %s, bound %s; %d of %d failed",
                    COLDS.get(i),
                    millis(now.slowest()),
                    millis(colds.get(i).slowest()),
                    millis(bound),
                    now.failed(),
                    now.sorted().size());
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static void checkTraces(Trial trial, FairnessStage stage, Traces before) {
        Fading fading = stage.fading(before, GONE.plus(GRACE));
        trial.figure("afterwards: %s", fading.last());
        trial.check(
                fading.left().isEmpty() && fading.took().compareTo(GONE.plusSeconds(1)) <= 0,
                "traces gone %.1f s after the attackers left, bound %.0f s; still there: %s",
                seconds(fading.took()),
                seconds(GONE),
                fading.left());
        trial.check(stage.vault().isAlive(), "the vault lives");
    }
}
