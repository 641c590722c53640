package io.artifactvault.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A lab's downloads, made up from a seed: models with Zipf popularity, new releases that rise and fade, whole snapshots read by
 * several clients within the hour, metadata read far more often than weights, datasets read once, and now and then a scan of
 * everything. Sizes are log-normal: configurations of kilobytes, shards of at most 5 GB.
 */
final class Trace {
    private static final long HOUR = TimeUnit.HOURS.toMillis(1);
    private static final long DAY = TimeUnit.DAYS.toMillis(1);
    private static final int DAYS = 90;
    private static final int OLD_REPOSITORIES = 600;
    private static final int RELEASES_PER_DAY = 2;
    private static final int DOWNLOADS_PER_DAY = 120;
    private static final int DATASETS_PER_DAY = 2;
    private static final long SHARD = 5_000_000_000L;

    /** A repository's files are numbered from {@code first}; metadata before weights. */
    private record Repository(int first, int metadata, long[] sizes, double popularity, long releasedAt) {
        /** Old models are steady; a release starts at ten times its steady popularity and loses half of that in four days. */
        double popularityAt(long at) {
            double age = (at - releasedAt) / (double) DAY;
            return age < 0 ? 0 : popularity * (releasedAt == 0 ? 1 : 1 + 9 * Math.pow(0.5, age / 4));
        }
    }

    private final Random random;
    private final List<Access> accesses = new ArrayList<>();
    private final List<Repository> repositories = new ArrayList<>();
    private int files;
    private long bytes;

    private Trace(long seed) {
        this.random = new Random(seed);
    }

    static Trace of(long seed) {
        Trace trace = new Trace(seed);
        trace.makeRepositories();
        for (int day = 0; day < DAYS; day++) {
            trace.live(day * DAY);
        }
        trace.accesses.sort(Comparator.comparingLong(Access::at));
        return trace;
    }

    List<Access> accesses() {
        return accesses;
    }

    /** How many different files there are, and their bytes. */
    int files() {
        return files;
    }

    long bytes() {
        return bytes;
    }

    private void makeRepositories() {
        for (int rank = 1; rank <= OLD_REPOSITORIES; rank++) {
            repositories.add(model(Math.pow(rank, -0.9), 0));
        }
        for (int i = 0; i < DAYS * RELEASES_PER_DAY; i++) {
            int rank = 1 + random.nextInt(OLD_REPOSITORIES);
            repositories.add(model(Math.pow(rank, -0.9), 1 + (long) (random.nextDouble() * DAYS * DAY)));
        }
    }

    private Repository model(double popularity, long releasedAt) {
        int metadata = 5 + random.nextInt(10);
        long weights = (long) between(20e6, 400e9, logNormal(3e9, 1.5));
        int shards = (int) (weights / SHARD) + 1;
        long[] sizes = new long[metadata + shards];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = i < metadata ? (long) between(300, 20e6, logNormal(8e3, 2.2)) : weights / shards;
        }
        return repository(metadata, sizes, popularity, releasedAt);
    }

    private Repository repository(int metadata, long[] sizes, double popularity, long releasedAt) {
        Repository made = new Repository(files, metadata, sizes, popularity, releasedAt);
        files += sizes.length;
        for (long size : sizes) {
            bytes += size;
        }
        return made;
    }

    private void live(long day) {
        for (int i = 0; i < DOWNLOADS_PER_DAY; i++) {
            long at = day + (long) (random.nextDouble() * DAY);
            Repository repository = choose(at);
            boolean metadataOnly = random.nextInt(100) < 40;
            burst(repository, metadataOnly ? repository.metadata : repository.sizes.length, at);
        }
        for (int i = 0; i < DATASETS_PER_DAY; i++) {
            read(dataset(), day + (long) (random.nextDouble() * DAY));
        }
        if (random.nextInt(14) == 0) {
            scan(day);
        }
    }

    private Repository choose(long at) {
        double total =
                repositories.stream().mapToDouble(r -> r.popularityAt(at)).sum();
        double left = random.nextDouble() * total;
        for (Repository repository : repositories) {
            left -= repository.popularityAt(at);
            if (left < 0) {
                return repository;
            }
        }
        return repositories.getFirst();
    }

    /** Most downloads are one client's; some are a cluster's, all within the hour. */
    private void burst(Repository repository, int count, long at) {
        int dice = random.nextInt(100);
        int clients = dice < 65 ? 1 : dice < 92 ? 2 + random.nextInt(7) : 8 + random.nextInt(25);
        for (int client = 0; client < clients; client++) {
            readFirst(repository, count, at + (long) (random.nextDouble() * HOUR));
        }
    }

    private Repository dataset() {
        long[] sizes = new long[20 + random.nextInt(200)];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = (long) between(5e6, 2e9, logNormal(250e6, 0.7));
        }
        return repository(0, sizes, 0, 0);
    }

    /** Somebody copies a hundred repositories that nobody else may care for. */
    private void scan(long day) {
        for (int i = 0; i < 100; i++) {
            Repository repository = repositories.get(random.nextInt(repositories.size()));
            if (repository.releasedAt <= day) {
                readFirst(repository, repository.sizes.length, day + i * HOUR / 10);
            }
        }
    }

    private void read(Repository repository, long at) {
        readFirst(repository, repository.sizes.length, at);
    }

    /** One file after the other, at about 200 MB/s. */
    private void readFirst(Repository repository, int count, long start) {
        long at = start;
        for (int i = 0; i < count; i++) {
            accesses.add(new Access(at, repository.first + i, repository.sizes[i]));
            at += 20 + repository.sizes[i] / 200_000;
        }
    }

    private double logNormal(double median, double sigma) {
        return median * Math.exp(sigma * random.nextGaussian());
    }

    private static double between(double least, double most, double value) {
        return Math.max(least, Math.min(most, value));
    }
}
