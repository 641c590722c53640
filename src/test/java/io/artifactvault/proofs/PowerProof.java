package io.artifactvault.proofs;

import io.artifactvault.proofs.Shelf.Item;
import io.artifactvault.testhub.TestHub;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A file system that ends without writing anything more, as when the power goes: nothing wrong is served afterwards, and
 * what was committed a second earlier is there. An ext4 in a file is shut down by ioctl without flushing its journal.
 */
final class PowerProof implements Proof {
    private static final int CUTS = 40;
    private static final int CUTS_PER_FOLDER = 5;
    private static final int FILES = 40;
    private static final long LARGEST = 30_000_000;
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH. */
    private static final String SHUTDOWN = """
            import fcntl, os, struct, sys
            fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack("I", 2))
            """;

    @Override
    public void run(Trial trial) throws Exception {
        if (!Shell.isRoot()) {
            trial.notRun("needs root, to mount a file system and shut it down");
            return;
        }
        Path work = trial.folder("power");
        Path image = work.resolve("disk.img");
        Path disk = Folders.empty(work.resolve("disk"));
        try {
            Shell.run("truncate", "-s", "2g", image.toString());
            Shell.run("mkfs.ext4", "-q", "-F", image.toString());
            mount(image, disk);
            shutDown(disk);
            Shell.run("umount", disk.toString());
            mount(image, disk);
        } catch (IOException e) {
            trial.notRun("this machine does not let it: " + e.getMessage());
            return;
        }
        try {
            cut(trial, image, disk);
        } finally {
            Shell.run("umount", disk.toString());
            Folders.delete(work);
        }
    }

    private static void mount(Path image, Path disk) throws IOException, InterruptedException {
        Shell.run("mount", "-o", "loop", image.toString(), disk.toString());
    }

    private static void shutDown(Path disk) throws IOException, InterruptedException {
        Shell.run("python3", "-c", SHUTDOWN, disk.toString());
    }

    private static void cut(Trial trial, Path image, Path disk) throws Exception {
        int cuts = Math.toIntExact(trial.amount(CUTS));
        Random random = trial.random();
        try (TestHub hub = TestHub.empty()) {
            // The same few for every folder: half of their bytes are held in memory.
            List<List<Item>> shelves = new ArrayList<>();
            for (int i = 0; i < Math.min(cuts, CUTS_PER_FOLDER); i++) {
                shelves.add(Shelf.fill(hub, "acme/cut-" + i, FILES, LARGEST, random));
            }
            Kills kills = new Kills(hub, disk, GRACE, random);
            Kills.Death death = vault -> {
                shutDown(disk);
                vault.kill();
                Shell.run("umount", disk.toString());
                mount(image, disk);
            };
            int wrongFiles = 0;
            for (int done = 0; done < cuts; ) {
                clear(disk);
                VaultProcess vault = VaultProcess.start(disk, hub.base());
                try {
                    for (int i = 0; i < CUTS_PER_FOLDER && done < cuts; i++, done++) {
                        vault = kills.round(vault, shelves.get(i), death);
                    }
                } finally {
                    vault.kill();
                }
                wrongFiles += StoredFiles.wrong(disk).size();
            }
            report(trial, kills.tally(), wrongFiles);
        }
    }

    private static void clear(Path disk) throws IOException, InterruptedException {
        Shell.run("find", disk.toString(), "-mindepth", "1", "-delete");
    }

    private static void report(Trial trial, Kills.Tally tally, int wrongFiles) {
        tally.notes.forEach(note -> trial.figure("%s", note));
        trial.figure(
                "%d cuts without flush during 8 parallel downloads (%d finished, %d cut): %d wrong files served, %d"
                        + " stored; %d of %d files committed %d ms earlier lost",
                tally.rounds,
                tally.finishedBefore,
                tally.cut,
                tally.wrong,
                wrongFiles,
                tally.lost,
                tally.old,
                GRACE.toMillis());
        trial.promise(tally.wrong == 0, "%d wrong files were served as whole", tally.wrong);
        trial.promise(tally.lost == 0, "%d committed files were lost", tally.lost);
        trial.promise(tally.unanswered == 0, "%d files were not served afterwards", tally.unanswered);
    }
}
