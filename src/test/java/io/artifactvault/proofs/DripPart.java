package io.artifactvault.proofs;

import static io.artifactvault.proofs.Waiting.seconds;

import io.artifactvault.testhub.Content;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.TestHub;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Some files come at a byte a second: the others come as before, and once abandoned the slow ones end. */
final class DripPart implements Callable<List<OutageRow>> {
    private static final int FILES = 4;
    private static final Duration BEGUN = Duration.ofSeconds(10);

    /** linger (30 s), and the time in which the origin notices. */
    private static final Duration ENDED = Duration.ofSeconds(35);

    private final Path work;

    DripPart(Path work) {
        this.work = work;
    }

    @Override
    public List<OutageRow> call() throws Exception {
        try (OutageStage stage = new OutageStage(work, false)) {
            stage.fetchWarm();
            List<String> targets = offer(stage);
            List<Socket> readers = new ArrayList<>();
            List<OutageRow> rows = new ArrayList<>();
            try {
                for (String target : targets) {
                    readers.add(ask(stage.port(), target));
                }
                boolean begun = Waiting.until(BEGUN, () -> stage.origins().drips() >= targets.size());
                rows.add(OutageRow.of(
                        begun,
                        "%d of %d slow responses are under way",
                        stage.origins().drips(),
                        targets.size()));
                Together.run(tasks(stage)).forEach(rows::addAll);
            } finally {
                for (Socket reader : readers) {
                    reader.close();
                }
            }
            long left = System.nanoTime();
            boolean ended = Waiting.until(ENDED, () -> stage.origins().drips() == 0);
            rows.add(OutageRow.of(
                    ended,
                    "abandoned slow responses: %d left %.1f s later, bound 0 after %.0f s",
                    stage.origins().drips(),
                    seconds(Waiting.since(left)),
                    seconds(ENDED)));
            return rows;
        }
    }

    private static List<String> offer(OutageStage stage) {
        HubRepository repository = stage.origins().hub().repo("models", "acme/drip");
        List<String> targets = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            repository.lfs("file-" + i + ".bin", Content.generated(OutageOrigins.DRIPPED, 8_000_000L + i));
        }
        String commit = repository.push();
        for (int i = 0; i < FILES; i++) {
            targets.add(OutageStage.HUB + TestHub.resolve(repository, commit, "file-" + i + ".bin"));
            targets.add("/http/drip/" + i);
        }
        stage.origins().hub().fail(request -> request.path().contains(repository.internalId()), stage.origins()::drip);
        return targets;
    }

    private static Socket ask(int port, String target) throws IOException {
        Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
        socket.getOutputStream()
                .write(("GET " + target + " HTTP/1.1\r\nHost: vault\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    private static List<Callable<List<OutageRow>>> tasks(OutageStage stage) {
        return List.of(
                () -> AwayPart.warm(stage),
                () -> List.of(OneRepositoryPart.cold(
                        "file of another repository",
                        new OutageProbe(stage.client(), stage::coldFile, AwayPart.WARM_TIME))),
                () -> List.of(OneRepositoryPart.cold(
                        "answer of type http",
                        new OutageProbe(stage.client(), stage::coldResource, AwayPart.WARM_TIME))));
    }
}
