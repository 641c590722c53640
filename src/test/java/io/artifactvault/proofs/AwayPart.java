package io.artifactvault.proofs;

import static io.artifactvault.proofs.Waiting.seconds;

import io.artifactvault.proofs.RealClient.Outcome;
import io.artifactvault.proofs.Scene.Offered;
import io.artifactvault.proofs.attack.Answer;
import io.artifactvault.testhub.Content;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/**
 * Hub, CDN and HTTP origin are away in one way, and come back. Phases: content becomes warm; the outage, in which warm content is
 * asked for, and what the vault does not know, directly and through the vault; the recovery.
 */
final class AwayPart implements Callable<List<OutageRow>> {
    /** stale_after (3 s), and 1 s. */
    static final Duration WARM_BOUND = Duration.ofSeconds(4);

    /** A client of the Hub asks twice: HEAD, then GET. */
    private static final Duration CLIENT_BOUND = WARM_BOUND.multipliedBy(2);

    static final Duration WARM_TIME = Duration.ofSeconds(10);
    private static final Duration UNTIL_STALE = Duration.ofMillis(2_500);
    private static final Duration LATER = Duration.ofSeconds(2);
    private static final Duration RECOVERY_BOUND = Duration.ofSeconds(2);
    private static final Duration RECOVERY_MOST = Duration.ofSeconds(25);
    private static final Duration BETWEEN = Duration.ofMillis(100);
    private static final int MOST_RETRY_AFTER = 2;

    private final Outage outage;
    private final Duration most;
    private final Path work;
    private final List<RealClient> clients;

    /** @param most until a client is ended that does not give up */
    AwayPart(Outage outage, Duration most, Path work, List<RealClient> clients) {
        this.outage = outage;
        this.most = most;
        this.work = work;
        this.clients = clients;
    }

    @Override
    public List<OutageRow> call() throws Exception {
        boolean byName = outage == Outage.NO_NAME;
        try (OutageStage stage = new OutageStage(work, byName)) {
            stage.fetchWarm();
            outage.begin(stage.origins());
            if (byName) {
                // The JVM remembers an address for a while; a vault that starts does not have it.
                stage.restart();
            }
            Waiting.pass(UNTIL_STALE);
            List<OutageRow> rows = new ArrayList<>();
            ColdNoise noise = new ColdNoise(stage);
            try (noise) {
                Together.run(tasks(
                                stage,
                                byName
                                        ? closedPort()
                                        : stage.origins().hub().hub().port()))
                        .forEach(rows::addAll);
            }
            outage.end(stage.origins());
            rows.add(recovery(stage));
            noise.join();
            rows.add(OutageRow.of(
                    noise.longestRetryAfter() <= MOST_RETRY_AFTER,
                    "longest Retry-After %d s, bound %d s",
                    noise.longestRetryAfter(),
                    MOST_RETRY_AFTER));
            return rows;
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private List<Callable<List<OutageRow>>> tasks(OutageStage stage, int hubPort) {
        List<Callable<List<OutageRow>>> tasks = new ArrayList<>();
        tasks.add(() -> warm(stage));
        tasks.add(() -> List.of(unknown(stage, hubPort)));
        for (RealClient client : clients) {
            tasks.add(() -> List.of(realWarm(stage, client)));
            tasks.add(() -> List.of(realUnknown(stage, hubPort, client)));
        }
        return tasks;
    }

    /** How fast warm content comes, of both backends. */
    static List<OutageRow> warm(OutageStage stage) throws Exception {
        List<OutageProbe> probes = stage.warm().entrySet().stream()
                .map(entry -> new Offered(entry.getKey(), Content.of(entry.getValue())))
                .map(offered -> new OutageProbe(stage.client(), () -> offered, WARM_TIME))
                .toList();
        List<Latencies> seen = Together.run(probes);
        List<String> names = List.of("file at a commit", "file at main", "listing", "repository", "type http");
        List<OutageRow> rows = new ArrayList<>();
        for (int i = 0; i < seen.size(); i++) {
            Latencies one = seen.get(i);
            rows.add(OutageRow.of(
                    one.failed() == 0 && one.slowest().compareTo(WARM_BOUND) <= 0,
                    "warm %s: slowest first byte %.2f s, bound %.0f s; %d of %d failed%s",
                    names.get(i),
                    seconds(one.slowest()),
                    seconds(WARM_BOUND),
                    one.failed(),
                    one.sorted().size(),
                    one.failed() == 0 ? "" : " (" + one.why() + ")"));
        }
        return rows;
    }

    private OutageRow unknown(OutageStage stage, int hubPort) throws Exception {
        PatientClient direct = new PatientClient(hubPort, stage.unknown(0));
        PatientClient through = new PatientClient(stage.port(), OutageStage.HUB + stage.unknown(0));
        List<Duration> took = Together.run(List.of(() -> direct.untilItEnds(most), () -> through.untilItEnds(most)));
        return compared("hub >= 1.22 (imitated)", took.get(0), took.get(1));
    }

    private OutageRow compared(String client, Duration direct, Duration through) {
        return OutageRow.of(
                through.compareTo(direct.plus(LATER)) <= 0,
                "%s fails to find something unknown after %s, directly after %s, bound %.0f s later",
                client,
                shown(through, most),
                shown(direct, most),
                seconds(LATER));
    }

    private OutageRow realWarm(OutageStage stage, RealClient client) throws IOException, InterruptedException {
        Outcome warm = client.download(vault(stage), OutageStage.WARM, OutageStage.FILE, work, most);
        boolean right = warm.result().equals(OutageStage.MODEL.sha256());
        return OutageRow.of(
                right && warm.took().compareTo(CLIENT_BOUND) <= 0,
                "%s downloads a warm file: %s after %.1f s, bound %.0f s",
                client,
                right ? "right" : warm.result(),
                seconds(warm.took()),
                seconds(CLIENT_BOUND));
    }

    private OutageRow realUnknown(OutageStage stage, int hubPort, RealClient client) throws Exception {
        String name = "acme/unknown-" + client.version();
        String hub = "http://127.0.0.1:" + hubPort;
        List<Outcome> seen = Together.run(List.of(
                () -> client.download(hub, name, "config.json", work, most),
                () -> client.download(vault(stage), name, "config.json", work, most)));
        return compared(client.toString(), seen.get(0).took(), seen.get(1).took());
    }

    private static String vault(OutageStage stage) {
        return "http://127.0.0.1:" + stage.port() + OutageStage.HUB;
    }

    private static OutageRow recovery(OutageStage stage) throws Exception {
        long start = System.nanoTime();
        List<Duration> took = Together.run(List.of(
                () -> untilDelivered(stage, start, stage::coldFile),
                () -> untilDelivered(stage, start, stage::coldResource)));
        return OutageRow.of(
                took.stream().allMatch(one -> one.compareTo(RECOVERY_BOUND) <= 0),
                "back: the first cold file of the Hub after %s, the first cold answer of type http after %s, bound %.0f s",
                shown(took.get(0), RECOVERY_MOST),
                shown(took.get(1), RECOVERY_MOST),
                seconds(RECOVERY_BOUND));
    }

    private static String shown(Duration took, Duration most) {
        return took.compareTo(most) < 0 ? "%.1f s".formatted(seconds(took)) : "more than " + most.toSeconds() + " s";
    }

    private static Duration untilDelivered(OutageStage stage, long start, Supplier<Offered> next) {
        while (Waiting.since(start).compareTo(RECOVERY_MOST) < 0) {
            Offered wanted = next.get();
            try {
                Answer answer = stage.client()
                        .ask(
                                "GET",
                                wanted.target(),
                                RECOVERY_MOST.minus(Waiting.since(start)).plusMillis(1));
                if (answer.is(wanted.content().bytes())) {
                    return Waiting.since(start);
                }
            } catch (IOException e) {
                // Not yet.
            }
            Waiting.pass(BETWEEN);
        }
        return RECOVERY_MOST;
    }
}
