package io.artifactvault.proofs;

import io.artifactvault.proofs.Scene.Offered;
import io.artifactvault.proofs.attack.Attack;
import io.artifactvault.proofs.attack.AttackStage;
import io.artifactvault.proofs.attack.AwkwardOrigin;
import io.artifactvault.proofs.attack.Client;
import io.artifactvault.testhub.TestHub;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A fresh vault with a small heap and few descriptors, with files that an earlier process of it stored. */
final class BudgetStage implements AutoCloseable {
    static final int STORED = 80;

    private static final int SIZE = 20_000;
    private static final int COLD = 200;
    private static final int STORED_EACH = 4;
    private static final int DESCRIPTORS = 1024;
    private static final String WITNESS = "127.0.0.3";
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration BACK = Duration.ofSeconds(60);

    private final Scene scene = new Scene();
    private final Path cache;
    private final List<Offered> stored;
    private final List<Offered> cold;
    private final Offered atMain;
    private final Offered http = new Offered("/http/small/0", AwkwardOrigin.small(0));
    private final VaultProcess vault;

    BudgetStage(Trial trial, Attack attack) throws Exception {
        cache = trial.folder("cache");
        stored = scene.files("acme/seed", STORED, SIZE);
        cold = scene.files("acme/cold", COLD, SIZE);
        String main = TestHub.resolve(scene.hub().repo("models", "acme/seed"), "main", "file-0.bin");
        atMain = new Offered("/huggingface" + main, stored.getFirst().content());
        store();
        List<String> limits = List.of("sh", "-c", "ulimit -n " + DESCRIPTORS + " && exec \"$@\"", "sh");
        vault = VaultProcess.startAs(
                cache, scene.configuration(cache, attack.cacheSettings(), TIMEOUT), limits, "-Xmx256m");
    }

    /** By a process that ends before the attack, so that nothing of them is in memory. */
    private void store() throws Exception {
        try (VaultProcess first = VaultProcess.startAs(cache, scene.configuration(cache, "", TIMEOUT), List.of())) {
            Client client = new Client(WITNESS, first.port());
            List<Offered> all = new ArrayList<>(stored);
            all.add(atMain);
            all.add(http);
            for (Offered file : all) {
                if (!client.ask(file.target(), PATIENCE).is(file.content().bytes())) {
                    throw new IOException("The vault did not deliver " + file.target());
                }
            }
        }
    }

    VaultProcess vault() {
        return vault;
    }

    AttackStage attack(double scale) {
        List<String> targets = stored.stream().map(Offered::target).toList();
        return new AttackStage(scene.hub(), scene.origin(), vault.port(), cache, targets, scale);
    }

    void stopHub() {
        scene.hub().stop();
    }

    /** A client who asks for what is stored, and, while the Hub is there, for what is not. */
    Witness witness(boolean hubIsAway) {
        List<Offered> files = new ArrayList<>();
        for (int i = 0; i < cold.size(); i++) {
            for (int j = 0; j < STORED_EACH; j++) {
                files.add(stored.get((i * STORED_EACH + j) % stored.size()));
            }
            files.add(http);
            if (!hubIsAway) {
                files.add(atMain);
                files.add(cold.get(i));
            }
        }
        return new Witness(client(), files);
    }

    /** The first things a vault is asked for, so that what it then holds is no trace of the attack. */
    void warmUp() {
        new Witness(client(), List.of(http, atMain)).askForAll();
    }

    /** Asks for each stored file once. */
    Witness askForStored() {
        return new Witness(client(), stored).askForAll();
    }

    private Client client() {
        return new Client(WITNESS, vault.port());
    }

    /** How many of the files that were stored before the attack are not there any more, or are not what they were. */
    long lost() throws IOException {
        List<String> there = Folders.files(StoredFiles.blobs(cache)).stream()
                .map(file -> file.getFileName().toString())
                .toList();
        List<Path> wrong = StoredFiles.wrong(cache);
        return stored.stream()
                        .filter(file -> !there.contains(file.content().sha256()))
                        .count()
                + wrong.size();
    }

    Traces traces() throws Exception {
        return Traces.of(vault, cache, scene.ports());
    }

    /** Waits until the vault holds what it held before. */
    Fading fading(Traces before) {
        return Fading.of(vault, cache, scene.ports(), before, BACK);
    }

    @Override
    public void close() {
        vault.close();
        scene.close();
    }
}
