package io.artifactvault.proofs;

import io.artifactvault.proofs.Scene.Offered;
import io.artifactvault.proofs.attack.AwkwardOrigin;
import io.artifactvault.proofs.attack.Client;
import io.artifactvault.proofs.attack.HubTroubles;
import io.artifactvault.proofs.attack.Siege;
import io.artifactvault.testhub.HubRepository;
import io.artifactvault.testhub.TestHub;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * A vault with origins that can be slow, one address that attacks and another that works; and a second vault, which is never
 * attacked, to show what the machine's other work does to both.
 */
final class FairnessStage implements AutoCloseable {
    private static final String ATTACKER = "127.0.0.2";
    private static final String VICTIM = "127.0.0.3";
    private static final int SLOW_FILES = 250;
    private static final int COLD_FILES = 60;
    private static final int SIZE = 256 << 10;
    private static final int DRIP = 1_000;
    private static final int FIRST_COLD = 10_000;
    private static final int FIRST_QUICK = 20_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Scene scene = new Scene();
    private final Path cache;
    private final VaultProcess vault;
    private final VaultProcess idle;
    private final double scale;
    private final HubRepository tiny;
    private final List<Offered> warm = new ArrayList<>();
    private final Queue<Offered> coldFiles = new ConcurrentLinkedQueue<>();
    private final Queue<Offered> coldAnswers = new ConcurrentLinkedQueue<>();
    private final Queue<String> rushed = new ConcurrentLinkedQueue<>();
    private final List<String> dripped = new ArrayList<>();
    private final List<String> quick = new ArrayList<>();

    FairnessStage(Trial trial) throws Exception {
        scale = trial.scale();
        tiny = scene.hub().repo("models", "acme/tiny").lfs("warm.bin", AwkwardOrigin.small(0));
        offerWarm();
        offerCold();
        offerRush();
        cache = trial.folder("cache");
        vault = start(cache);
        try {
            idle = start(trial.folder("idle"));
        } catch (Exception | Error e) {
            vault.kill();
            throw e;
        }
    }

    private VaultProcess start(Path folder) throws Exception {
        return VaultProcess.startAs(folder, scene.configuration(folder, "", TIMEOUT), List.of(), "-Xmx512m");
    }

    private void offerWarm() {
        for (String revision : List.of(tiny.push(), "main")) {
            warm.add(new Offered("/huggingface" + TestHub.resolve(tiny, revision, "warm.bin"), AwkwardOrigin.small(0)));
        }
        warm.add(new Offered("/http/small/0", AwkwardOrigin.small(0)));
    }

    private void offerCold() {
        coldFiles.addAll(scene.files("acme/cold", COLD_FILES, SIZE));
        for (int i = FIRST_COLD; i < FIRST_COLD + COLD_FILES; i++) {
            coldAnswers.add(new Offered("/http/medium/" + i, AwkwardOrigin.medium(i)));
        }
        int each = (int) Math.ceil(SLOW_FILES * scale / 2);
        scene.files("acme/drip", each, SIZE).forEach(file -> dripped.add(file.target()));
        scene.files("acme/quick", each, SIZE).forEach(file -> quick.add(file.target()));
        for (int i = 0; i < each; i++) {
            dripped.add("/http/drip/" + i);
            quick.add("/http/medium/" + (FIRST_QUICK + i));
        }
        HubTroubles.drip(scene.hub(), scene.hub().repo("models", "acme/drip").internalId(), DRIP);
        HubTroubles.hang(scene.hub(), "/acme/hung/");
        HubTroubles.hang(scene.hub(), "/api/models/acme/hung/");
        HubTroubles.streamLogs(scene.hub());
        HubTroubles.serveBuckets(scene.hub());
    }

    private void offerRush() {
        // For two rushes, of which the Hub and the HTTP origin get half each.
        int each = (int) Math.ceil(FairnessProof.RUSH * scale);
        List<Offered> files = scene.files("acme/rush", each, SIZE);
        for (int i = 0; i < each; i++) {
            rushed.add(files.get(i).target());
            rushed.add("/http/late/" + i);
        }
        HubTroubles.answerLate(scene.hub(), "/acme/rush/", scene.late());
    }

    Scene scene() {
        return scene;
    }

    VaultProcess vault() {
        return vault;
    }

    Client attacker() {
        return new Client(ATTACKER, vault.port());
    }

    private Client victim() {
        return victimOf(vault);
    }

    private static Client victimOf(VaultProcess one) {
        return new Client(VICTIM, one.port());
    }

    /** Requests for what is not stored, each for something else, and answered late. */
    List<String> rush() {
        return Stream.generate(rushed::remove)
                .limit((long) (FairnessProof.RUSH * scale))
                .map(Client::get)
                .toList();
    }

    /** Bytes of bodies that the origins sent to a rush so far. */
    long rushedBytes() {
        String id = scene.hub().repo("models", "acme/rush").internalId();
        return Stream.concat(
                        scene.hub().requests(request -> request.path().contains(id)).stream(),
                        scene
                                .origin()
                                .origin()
                                .requests(request -> request.path().startsWith("/late/"))
                                .stream())
                .mapToLong(request -> request.contentBytesSent())
                .sum();
    }

    Siege siege() {
        return new Siege(attacker(), scale, dripped, quick);
    }

    /** Brings to both stores what the victim asks for again and again. */
    void fetchWarm() throws IOException {
        for (Offered file : warm) {
            fetchWarm(victim(), file);
            fetchWarm(victimOf(idle), file);
        }
    }

    private static void fetchWarm(Client client, Offered file) throws IOException {
        if (!client.ask(file.target(), PATIENCE).is(file.content().bytes())) {
            throw new IOException("The vault did not deliver " + file.target());
        }
    }

    /** How long hits take: at a commit, at a branch, and of the HTTP origin; first of the attacked vault, then of the idle one. */
    List<HitProbe> hits(Duration time) {
        return Stream.of(victim(), victimOf(idle))
                .flatMap(client -> warm.stream()
                        .map(file -> new HitProbe(
                                client, file.target(), file.content().bytes(), time)))
                .toList();
    }

    /** How long what is not stored takes to its first byte: a file of the Hub, and an answer of the HTTP origin. */
    List<ColdProbe> colds(int samples, Duration time) {
        return List.of(
                new ColdProbe(victim(), coldFiles, samples, time), new ColdProbe(victim(), coldAnswers, samples, time));
    }

    Traces traces() throws Exception {
        return Traces.of(vault, cache, scene.ports());
    }

    Fading fading(Traces before, Duration most) {
        return Fading.of(vault, cache, scene.ports(), before, most);
    }

    @Override
    public void close() {
        vault.close();
        idle.close();
        scene.close();
    }
}
