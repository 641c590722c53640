package io.artifactvault.proofs;

import io.artifactvault.proofs.Downloads.End;
import io.artifactvault.proofs.Downloads.Result;
import io.artifactvault.proofs.Shelf.Item;
import io.artifactvault.testhub.TestHub;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A disk in trouble costs the cache, never a client; caching comes back with the disk. */
final class DiskProof implements Proof {
    private static final int CLIENTS = 8;
    private static final Duration BACK = Duration.ofSeconds(3);
    private static final Duration WORRIED = Duration.ofSeconds(5);

    private final Trouble trouble;

    DiskProof(Trouble trouble) {
        this.trouble = trouble;
    }

    @Override
    public void run(Trial trial) throws Exception {
        if (!Shell.isRoot()) {
            trial.notRun("needs root, to mount a file system of its own");
            return;
        }
        Path disk = trial.folder("disk");
        try {
            trouble.prepare(disk);
        } catch (IOException e) {
            trial.notRun("this machine does not let it mount: " + e.getMessage());
            return;
        }
        try {
            tryOut(trial, disk);
        } finally {
            unmount(disk);
        }
    }

    private static void unmount(Path disk) throws InterruptedException {
        try {
            while (true) {
                Shell.run("umount", disk.toString());
            }
        } catch (IOException e) {
            // Nothing is mounted there any more.
        }
    }

    private void tryOut(Trial trial, Path disk) throws Exception {
        try (TestHub hub = TestHub.empty()) {
            List<Item> items = Shelf.same(hub, "acme/many", trouble.files(), trouble.size());
            Item straggler = Shelf.same(hub, "acme/straggler", 1, 1_000_000).getFirst();
            Item late = Shelf.same(hub, "acme/late", 1, 1_000_000).getFirst();
            VaultProcess vault = VaultProcess.start(disk, hub.base());
            try {
                int whole = download(vault, items, disk);
                if (trouble.larger() > 0) {
                    passLarger(trial, vault, hub);
                }
                trouble.worsen(disk);
                Result meanwhile = Downloads.get(vault.uri(straggler.path()), straggler.content());
                // On a full disk it may give up what is its own and go on.
                boolean honest = Waiting.until(
                        WORRIED, () -> vault.readiness().contains("degraded") || isCached(vault, hub, straggler));
                String said = vault.readiness();
                trouble.heal(disk);
                long healed = System.nanoTime();
                boolean back = Waiting.until(Duration.ofSeconds(20), () -> isCached(vault, hub, late));
                double seconds = Waiting.seconds(Waiting.since(healed));
                trial.figure(
                        "%d of %d downloads whole with %d clients, %s while it lasted; /readyz: %s; caching back %.2f s"
                                + " after the disk",
                        whole, items.size(), CLIENTS, meanwhile.end(), said, seconds);
                trial.promise(whole == items.size(), "%d downloads were not whole", items.size() - whole);
                trial.promise(meanwhile.end() == End.WHOLE, "while it lasted: %s", meanwhile.why());
                trial.promise(honest, "nothing is stored, and /readyz does not say degraded");
                trial.promise(vault.isAlive(), "the vault ended");
                trial.promise(back && seconds <= Waiting.seconds(BACK), "caching back only after %.2f s", seconds);
            } finally {
                vault.kill();
            }
        }
    }

    /** A file that the disk can never hold passes through, and leaves room for a small one. */
    private void passLarger(Trial trial, VaultProcess vault, TestHub hub) throws Exception {
        Item larger = Shelf.same(hub, "acme/larger", 1, trouble.larger()).getFirst();
        Item small = Shelf.same(hub, "acme/small", 1, 1_000_000).getFirst();
        Result passed = Downloads.get(vault.uri(larger.path()), larger.content());
        long ended = System.nanoTime();
        boolean stored = Waiting.until(Duration.ofSeconds(20), () -> isCached(vault, hub, small));
        double seconds = Waiting.seconds(Waiting.since(ended));
        trial.figure(
                "a file of %d MB, larger than the disk: %s; a small one cached %.2f s afterwards",
                trouble.larger() / 1_000_000, passed.end(), seconds);
        trial.promise(passed.end() == End.WHOLE, "larger than the disk: %s", passed.why());
        trial.promise(
                stored && seconds <= Waiting.seconds(BACK),
                "after a file larger than the disk a small one is cached only after %.2f s",
                seconds);
    }

    private int download(VaultProcess vault, List<Item> items, Path disk) throws Exception {
        Queue<Item> left = new ConcurrentLinkedQueue<>(items);
        AtomicInteger whole = new AtomicInteger();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(Thread.ofVirtual().start(() -> {
                for (Item item = left.poll(); item != null; item = left.poll()) {
                    if (Downloads.get(vault.uri(item.path()), item.content()).end() == End.WHOLE) {
                        whole.incrementAndGet();
                    }
                }
            }));
        }
        Waiting.pass(Duration.ofMillis(100));
        trouble.duringDownloads(disk);
        for (Thread client : clients) {
            client.join(Duration.ofMinutes(2));
        }
        return whole.get();
    }

    /** Asks twice: the second time the origin has nothing to do. */
    private static boolean isCached(VaultProcess vault, TestHub hub, Item item) {
        Downloads.get(vault.uri(item.path()), item.content());
        hub.reset();
        Result again = Downloads.get(vault.uri(item.path()), item.content());
        return again.end() == End.WHOLE && hub.originBodyBytes() == 0;
    }
}
