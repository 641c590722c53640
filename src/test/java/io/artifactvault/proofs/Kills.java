package io.artifactvault.proofs;

import io.artifactvault.proofs.Downloads.End;
import io.artifactvault.proofs.Downloads.Result;
import io.artifactvault.proofs.Shelf.Item;
import io.artifactvault.testhub.TestHub;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Rounds of parallel downloads that end with a sudden death of the vault, and what is found after the restart. Confined to
 * one thread, which starts eight clients in each round.
 */
final class Kills {
    private static final int CLIENTS = 8;
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final TestHub hub;
    private final Path cache;
    private final Duration grace;
    private final Random random;
    private final Tally tally = new Tally();

    /** The sums over all rounds. */
    static final class Tally {
        int rounds;
        int finishedBefore;
        int cut;
        int wrong;
        int lost;
        int old;
        int unanswered;
        final List<Duration> starts = new ArrayList<>();
        final List<String> notes = new ArrayList<>();
    }

    /** What befalls the vault; afterwards its process is dead and its folder usable again. */
    interface Death {
        void strike(VaultProcess vault) throws Exception;
    }

    /** @param grace what was finished so long before the death must not be fetched again */
    Kills(TestHub hub, Path cache, Duration grace, Random random) {
        this.hub = hub;
        this.cache = cache;
        this.grace = grace;
        this.random = random;
    }

    Tally tally() {
        return tally;
    }

    /** Downloads the items until death strikes at a random moment, and answers the restarted vault. */
    VaultProcess round(VaultProcess vault, List<Item> items, Death death) throws Exception {
        Map<Item, Result> results = new ConcurrentHashMap<>();
        long struck = strike(vault, items, death, results);
        VaultProcess next = VaultProcess.start(cache, hub.base());
        tally.rounds++;
        tally.starts.add(next.untilListening());
        results.values().forEach(this::count);
        try {
            check(next, items, results, struck);
        } catch (Exception | Error e) {
            next.kill();
            throw e;
        }
        return next;
    }

    /** The same without a restart: what was cut is left as it is. */
    void strike(VaultProcess vault, List<Item> items) throws Exception {
        strike(vault, items, VaultProcess::kill, new ConcurrentHashMap<>());
    }

    /** Answers when it struck: after a random share of the bytes, and some time more. */
    private long strike(VaultProcess vault, List<Item> items, Death death, Map<Item, Result> results) throws Exception {
        Queue<Item> left = new ConcurrentLinkedQueue<>(items);
        LongAdder came = new LongAdder();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(Thread.ofVirtual().start(() -> download(vault, left, results, came)));
        }
        double share = random.nextDouble();
        long all = items.stream().mapToLong(item -> item.content().length()).sum();
        Waiting.until(LONGEST, () -> came.sum() >= all * share);
        // Sometimes in the middle, sometimes when much has had its time to be committed.
        Waiting.pass(random.nextBoolean() ? Duration.ZERO : Duration.ofMillis(random.nextLong(2 * grace.toMillis())));
        long struck = System.nanoTime();
        left.clear();
        death.strike(vault);
        for (Thread client : clients) {
            client.join(VaultProcess.PATIENCE);
        }
        return struck;
    }

    private static void download(VaultProcess vault, Queue<Item> left, Map<Item, Result> results, LongAdder came) {
        for (Item item = left.poll(); item != null; item = left.poll()) {
            AtomicLong last = new AtomicLong();
            Result result = Downloads.get(
                    vault.uri(item.path()), item.content(), count -> came.add(count - last.getAndSet(count)));
            results.put(item, result);
        }
    }

    private void count(Result result) {
        switch (result.end()) {
            case WHOLE -> tally.finishedBefore++;
            case CUT -> tally.cut++;
            case WRONG -> wrong("before the death", result);
        }
    }

    private void wrong(String when, Result result) {
        tally.wrong++;
        tally.notes.add("wrong " + when + ": " + result.why());
    }

    /** What was begun is asked for again: first what must be there, then the rest. */
    private void check(VaultProcess vault, List<Item> items, Map<Item, Result> results, long struck) {
        for (Item item : items) {
            Result before = results.get(item);
            if (before != null && before.end() == End.WHOLE && struck - before.at() >= grace.toNanos()) {
                tally.old++;
                checkKept(vault, item, before, struck);
            }
        }
        items.stream().filter(results::containsKey).forEach(item -> again(vault, item));
    }

    private void checkKept(VaultProcess vault, Item item, Result before, long struck) {
        hub.reset();
        again(vault, item);
        long fetched = hub.originBodyBytes();
        if (fetched > 0) {
            tally.lost++;
            tally.notes.add("round " + tally.rounds + ": " + item.path() + " of "
                    + item.content().length() + " bytes, finished " + (struck - before.at()) / 1_000_000
                    + " ms before, fetched again: " + fetched);
        }
    }

    private void again(VaultProcess vault, Item item) {
        URI uri = vault.uri(item.path());
        Result result = Downloads.get(uri, item.content());
        switch (result.end()) {
            case WHOLE -> {}
            case CUT -> {
                tally.unanswered++;
                tally.notes.add("round " + tally.rounds + ": " + item.path() + " cut: " + result.why());
            }
            case WRONG -> wrong("after the restart", result);
        }
    }
}
