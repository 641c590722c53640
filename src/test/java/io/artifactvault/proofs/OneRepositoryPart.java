package io.artifactvault.proofs;

import static io.artifactvault.proofs.Waiting.seconds;

import io.artifactvault.testhub.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** One repository of the Hub, and one folder of the HTTP origin, are answered 504 for ever; all else is well. */
final class OneRepositoryPart implements Callable<List<OutageRow>> {
    private static final Duration AGAIN = Duration.ofMillis(250);
    private static final Duration FIRST = Duration.ofSeconds(2);

    private final Path work;

    OneRepositoryPart(Path work) {
        this.work = work;
    }

    @Override
    public List<OutageRow> call() throws Exception {
        try (OutageStage stage = new OutageStage(work, false)) {
            stage.fetchWarm();
            stage.origins().hub().fail(request -> request.path().contains("/acme/broken"), Fault.status(504));
            List<Thread> annoying = List.of(
                    ask(stage, () -> "/huggingface/api/datasets/acme/broken/tree/main?recursive=true"),
                    ask(stage, () -> "/huggingface/acme/broken/resolve/main/file.bin"),
                    ask(stage, () -> "/http/broken/" + System.nanoTime() % 7));
            Waiting.pass(FIRST);
            try {
                return rows(stage);
            } finally {
                annoying.forEach(Thread::interrupt);
            }
        }
    }

    private static Thread ask(OutageStage stage, Supplier<String> target) {
        return Thread.ofVirtual().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    stage.client().get(target.get());
                    Thread.sleep(AGAIN);
                } catch (IOException e) {
                    // It asks again.
                } catch (InterruptedException e) {
                    return;
                }
            }
        });
    }

    private static List<OutageRow> rows(OutageStage stage) throws Exception {
        List<Callable<List<OutageRow>>> tasks = new ArrayList<>();
        tasks.add(() -> AwayPart.warm(stage));
        tasks.add(() -> List.of(cold(
                "file of another repository", new OutageProbe(stage.client(), stage::coldFile, AwayPart.WARM_TIME))));
        tasks.add(() -> List.of(cold(
                "answer of another folder of type http",
                new OutageProbe(stage.client(), stage::coldResource, AwayPart.WARM_TIME))));
        return Together.run(tasks).stream().flatMap(List::stream).toList();
    }

    /** How fast cold content comes that is not affected. */
    static OutageRow cold(String what, OutageProbe probe) {
        Latencies seen = probe.call();
        return OutageRow.of(
                seen.failed() == 0 && seen.slowest().compareTo(FIRST) <= 0,
                "cold %s: slowest first byte %.2f s, bound %.0f s; %d of %d failed%s",
                what,
                seconds(seen.slowest()),
                seconds(FIRST),
                seen.failed(),
                seen.sorted().size(),
                seen.failed() == 0 ? "" : " (" + seen.why() + ")");
    }
}
