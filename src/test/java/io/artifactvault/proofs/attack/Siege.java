package io.artifactvault.proofs.attack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** All that one address does at once to stop the others. Thread-safe once it has begun. */
public final class Siege implements AutoCloseable {
    private static final int SLOW_DOWNLOADS = 500;
    private static final int OTHERS = 200;
    private static final int DRIPS = 70;
    private static final int SMALL_WINDOW = 4096;
    private static final Duration BETWEEN = Duration.ofMillis(2);

    private final Map<String, Crowd> crowds = new LinkedHashMap<>();
    private final Map<String, Integer> sizes = new LinkedHashMap<>();

    /**
     * Readies the attackers.
     *
     * @param scale how many of them; 1 for all
     * @param dripped targets of files that the origin sends slowly
     * @param quick targets of files that it sends quickly
     */
    public Siege(Client client, double scale, List<String> dripped, List<String> quick) {
        enlist("slow streams", OTHERS * scale, new Crowd(client, SMALL_WINDOW, new SlowStreams()));
        enlist("hung questions", OTHERS * scale, new Crowd(client, 0, new HungQuestions()));
        enlist("slow uploads", OTHERS * scale, new Crowd(client, 0, new SlowUploads()));
        enlist(
                "slow downloads",
                SLOW_DOWNLOADS * scale,
                new Crowd(client, SMALL_WINDOW, new SlowDownloads(dripped, quick)));
        enlist("drips", DRIPS * scale, new Crowd(client, 0, new Drips()));
    }

    private void enlist(String name, double size, Crowd crowd) {
        crowds.put(name, crowd);
        sizes.put(name, (int) Math.ceil(size));
    }

    /** Sends them all, in an order of chance, so that a limit of connections lets in some of each kind. */
    public void begin(Random random) throws InterruptedException {
        List<Runnable> all = new ArrayList<>();
        crowds.forEach((name, crowd) -> {
            for (int i = 0; i < sizes.getOrDefault(name, 0); i++) {
                int number = i;
                all.add(() -> crowd.add(number));
            }
        });
        Collections.shuffle(all, random);
        for (Runnable one : all) {
            one.run();
            Thread.sleep(BETWEEN);
        }
    }

    /** What the vault holds open of each kind now. */
    public String held() {
        return crowds.entrySet().stream()
                .map(entry -> entry.getValue().held() + " of " + sizes.get(entry.getKey()) + " " + entry.getKey())
                .collect(Collectors.joining(", "));
    }

    /** Exchanges that the vault ended so far. */
    public int ended() {
        return crowds.values().stream().mapToInt(Crowd::ended).sum();
    }

    @Override
    public void close() {
        crowds.values().forEach(Crowd::close);
    }
}
