package io.artifactvault.proofs;

import io.artifactvault.proofs.Shelf.Item;
import io.artifactvault.testhub.TestHub;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** kill -9 at random moments of eight parallel downloads: nothing wrong is served, nothing committed is lost. */
final class CrashProof implements Proof {
    private static final int ROUNDS_PER_FOLDER = 8;
    private static final Duration GRACE = Duration.ofMillis(300);

    private final int files;
    private final long largest;

    CrashProof() {
        this(24, 30_000_000);
    }

    /** With so many files in each round, the largest of that size. */
    CrashProof(int files, long largest) {
        this.files = files;
        this.largest = largest;
    }

    @Override
    public void run(Trial trial) throws Exception {
        int rounds = Math.toIntExact(trial.amount(200));
        Random random = trial.random();
        try (TestHub hub = TestHub.empty()) {
            List<List<Item>> shelves = new ArrayList<>();
            for (int i = 0; i < Math.min(rounds, ROUNDS_PER_FOLDER); i++) {
                shelves.add(Shelf.fill(hub, "acme/shelf-" + i, files, largest, random));
            }
            Path cache = trial.folder("cache");
            Kills kills = new Kills(hub, cache, GRACE, random);
            int wrongFiles = 0;
            for (int done = 0; done < rounds; done += shelves.size()) {
                Folders.empty(cache);
                oneFolder(kills, hub, cache, shelves.subList(0, Math.min(shelves.size(), rounds - done)));
                wrongFiles += StoredFiles.wrong(cache).size();
                report(trial, kills.tally(), wrongFiles);
            }
            judge(trial, kills.tally(), wrongFiles);
        }
    }

    private static void oneFolder(Kills kills, TestHub hub, Path cache, List<List<Item>> shelves) throws Exception {
        VaultProcess vault = VaultProcess.start(cache, hub.base());
        try {
            for (List<Item> shelf : shelves) {
                vault = kills.round(vault, shelf, VaultProcess::kill);
            }
        } finally {
            vault.kill();
        }
    }

    /** The sums so far, after each folder: the whole takes its time. */
    private static void report(Trial trial, Kills.Tally tally, int wrongFiles) {
        trial.figure(
                "%d kills during 8 parallel downloads (%d finished, %d cut): %d wrong or half files served as whole,"
                        + " %d stored; %d of %d files committed %d ms earlier fetched again; listening again after %.2f s"
                        + " (median)",
                tally.rounds,
                tally.finishedBefore,
                tally.cut,
                tally.wrong,
                wrongFiles,
                tally.lost,
                tally.old,
                GRACE.toMillis(),
                Waiting.seconds(Waiting.median(tally.starts)));
    }

    private static void judge(Trial trial, Kills.Tally tally, int wrongFiles) {
        tally.notes.forEach(note -> trial.figure("%s", note));
        trial.promise(tally.wrong == 0, "%d wrong files were served as whole", tally.wrong);
        trial.promise(wrongFiles == 0, "%d stored files are not what their names say", wrongFiles);
        trial.promise(tally.lost == 0, "%d committed files were fetched again", tally.lost);
        trial.promise(tally.unanswered == 0, "%d files were not served after the restart", tally.unanswered);
    }
}
