package io.artifactvault.proofs;

import static io.artifactvault.proofs.Waiting.seconds;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Hub, CDN and HTTP origin fail in every way, and come back: what clients see meanwhile, and for how long afterwards. Each way is
 * a part with a vault and origins of its own; several run side by side, since most of their time is waiting.
 */
final class OutageProof implements Proof {
    private static final int AT_ONCE = 3;

    /** Longer than clients take whose seven tries fail at once, with 23 s of pauses between them. */
    private static final Duration QUICK = Duration.ofSeconds(45);

    /** Where a try takes up to a minute: no bound of the client's, but long enough to see one that the vault answers. */
    private static final Duration SLOW = Duration.ofSeconds(100);

    @Override
    public void run(Trial trial) throws Exception {
        List<RealClient> clients = RealClient.installed();
        if (clients.isEmpty()) {
            trial.notRun("no huggingface_hub below target/clients; only its imitation is run");
        }
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            Map<String, Future<List<OutageRow>>> results = new LinkedHashMap<>();
            for (Map.Entry<String, Callable<List<OutageRow>>> part :
                    parts(trial, clients).entrySet()) {
                results.put(part.getKey(), threads.submit(part.getValue()));
            }
            for (Map.Entry<String, Future<List<OutageRow>>> result : results.entrySet()) {
                report(trial, result.getKey(), result.getValue());
            }
        }
        trial.figure("took %.0f s", seconds(Waiting.since(start)));
    }

    /** Those that take longest come first. */
    private static Map<String, Callable<List<OutageRow>>> parts(Trial trial, List<RealClient> clients)
            throws Exception {
        Map<String, Callable<List<OutageRow>>> parts = new LinkedHashMap<>();
        for (Outage outage : List.of(Outage.SILENT, Outage.SWALLOWED, Outage.REFUSED, Outage.ERRORS, Outage.NO_NAME)) {
            boolean isSlow = outage == Outage.SILENT || outage == Outage.SWALLOWED;
            Path work = trial.folder(outage.name());
            add(trial, parts, outage.label(), new AwayPart(outage, isSlow ? SLOW : QUICK, work, clients));
        }
        add(trial, parts, "slow drip", new DripPart(trial.folder("drip")));
        add(trial, parts, "504 of one repository", new OneRepositoryPart(trial.folder("one")));
        add(trial, parts, "hung connection", new HungPart(trial.folder("hung")));
        add(trial, parts, "loop", new LoopPart(trial.folder("loop")));
        return parts;
    }

    private static void add(
            Trial trial, Map<String, Callable<List<OutageRow>>> parts, String name, Callable<List<OutageRow>> part) {
        if (trial.runs(name)) {
            parts.put(name, part);
        }
    }

    private static void report(Trial trial, String part, Future<List<OutageRow>> result) throws InterruptedException {
        List<OutageRow> rows = new ArrayList<>();
        try {
            rows.addAll(result.get());
        } catch (ExecutionException e) {
            // The other parts are reported nevertheless.
            rows.add(OutageRow.of(false, "the proof itself failed: %s", String.valueOf(e.getCause())));
        }
        rows.forEach(row -> trial.check(row.holds(), "%s: %s", part, row.text()));
    }
}
