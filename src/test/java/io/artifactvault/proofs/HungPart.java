package io.artifactvault.proofs;

import static io.artifactvault.proofs.Waiting.seconds;

import io.artifactvault.proofs.attack.Answer;
import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.Fault;
import io.artifactvault.testhub.Gate;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.OriginRequest;
import io.artifactvault.testhub.TestHub;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** One connection of several hangs, once for each file: a client with a read timeout of 10 s must not notice. */
final class HungPart implements Callable<List<OutageRow>> {
    private static final int SMALL = 200_000;
    private static final int LARGE = 100_000_000;
    private static final int STALLS_AT = 60_000;
    private static final int SPEED = 12_000_000;
    private static final int THIRD = 3;
    private static final String FILE = "model.bin";

    private final Path work;

    HungPart(Path work) {
        this.work = work;
    }

    @Override
    public List<OutageRow> call() throws Exception {
        try (OutageStage stage = new OutageStage(work, false)) {
            List<Callable<OutageRow>> downloads = List.of(
                    hub(stage, "acme/hub-hangs", "the Hub's first answer for a file hangs", SMALL, HungPart::hubHangs),
                    hub(
                            stage,
                            "acme/cdn-hangs",
                            "the CDN's first answer hangs before its head",
                            SMALL,
                            HungPart::cdnHangs),
                    hub(stage, "acme/cdn-stalls", "the CDN's first body stalls", SMALL, HungPart::cdnStalls),
                    hub(
                            stage,
                            "acme/segment-hangs",
                            "the CDN's third connection for 100 MB hangs",
                            LARGE,
                            HungPart::segmentHangs),
                    http(stage, "/http/hung/1", "type http: the first answer hangs before its head"),
                    http(stage, "/http/stalled/2", "type http: the first body stalls"));
            return Together.run(downloads);
        }
    }

    /** Arms the fault of one repository. */
    private interface Arming {
        void arm(TestHub hub, HubRepository repository);
    }

    private static void hubHangs(TestHub hub, HubRepository repository) {
        hub.failOnce(request -> request.path().contains(repository.id()), Fault.stallBeforeHead(new Gate()));
    }

    private static void cdnHangs(TestHub hub, HubRepository repository) {
        hub.failOnce(isDownload(repository), Fault.stallBeforeHead(new Gate()));
    }

    private static void cdnStalls(TestHub hub, HubRepository repository) {
        hub.failOnce(isDownload(repository), Fault.stallAfter(STALLS_AT, new Gate()));
    }

    private static void segmentHangs(TestHub hub, HubRepository repository) {
        AtomicInteger downloads = new AtomicInteger();
        Predicate<OriginRequest> isDownload = isDownload(repository);
        hub.fail(isDownload, Fault.throttle(SPEED));
        hub.failOnce(
                request -> isDownload.test(request) && downloads.incrementAndGet() == THIRD,
                Fault.stallBeforeHead(new Gate()));
    }

    private static Predicate<OriginRequest> isDownload(HubRepository repository) {
        return request -> request.path().contains(repository.internalId());
    }

    private static Callable<OutageRow> hub(OutageStage stage, String id, String what, int size, Arming arming) {
        Content content = Content.generated(size, id.hashCode());
        HubRepository repository = stage.origins().hub().repo("models", id).lfs(FILE, content);
        String target = OutageStage.HUB + TestHub.resolve(repository, repository.push(), FILE);
        arming.arm(stage.origins().hub(), repository);
        return () -> download(stage, target, what, content);
    }

    private static Callable<OutageRow> http(OutageStage stage, String target, String what) {
        int number = Integer.parseInt(target.substring(target.lastIndexOf('/') + 1));
        return () -> download(stage, target, what, OutageOrigins.large(number));
    }

    private static OutageRow download(OutageStage stage, String target, String what, Content content) {
        long start = System.nanoTime();
        String result;
        boolean right = false;
        try {
            Answer answer = stage.client().get(target);
            right = answer.is(content.bytes());
            result = right ? "all bytes right" : "status " + answer.status();
        } catch (IOException e) {
            result = String.valueOf(e.getMessage());
        }
        return OutageRow.of(
                right,
                "%s: a client with a read timeout of %d s: %s, after %.1f s",
                what,
                StockClient.READ_TIMEOUT.toSeconds(),
                result,
                seconds(Waiting.since(start)));
    }
}
