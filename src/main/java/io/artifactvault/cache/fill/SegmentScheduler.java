package io.artifactvault.cache.fill;

import io.artifactvault.cache.content.Progress;
import io.artifactvault.cache.upstream.OpenResponse;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.store.index.Extents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Assigns the parts of one content to the streams of its fill: only requested parts, no part twice, in order for the
 * first reader. Guarded by this; only the threads of streams wait.
 *
 * <p>While one stream is as fast as several, each of its requests covers a longer part (a run) than the one before;
 * other streams take the parts after it. Ranges that readers request are fetched before the rest of the file. A run
 * that would reach such a range too late is shortened, and the range is fetched separately.
 */
final class SegmentScheduler {
    /**
     * The longest part to request in one go. CDNs refuse to send files of more than 50 GB in one response, and other
     * streams can fetch the bytes beyond a run without aborting it.
     */
    private static final long LONGEST_RUN = 64L << 20;

    /** The part assigned to one stream; changed by {@link SegmentScheduler} only. */
    static final class Claim {
        private long position;
        private long end;

        private Claim(long position, long end) {
            this.position = position;
            this.end = end;
        }

        private ByteRange range() {
            return new ByteRange(position, end - 1);
        }
    }

    private final Progress progress;
    private final long length;
    private final int unit;
    private final long segment;
    private final List<Claim> claims = new ArrayList<>();
    private final StreamCount streamCount;
    private final int most;
    private long run;
    private int helpers;
    private boolean alone;
    private boolean changed;

    /**
     * @param length of the content
     * @param segment bytes that each of several streams takes per request
     * @param unit claims are extended to multiples of this size in bytes
     * @param most maximum number of concurrent streams
     */
    SegmentScheduler(Progress progress, long length, long segment, int unit, int most) {
        this.unit = unit;
        this.progress = progress;
        this.length = length;
        this.segment = segment;
        this.run = segment;
        this.most = most;
        this.streamCount = new StreamCount(most);
    }

    /** The next claim of the lead; empty if all requested bytes are present or being fetched. */
    synchronized Optional<Claim> claim() {
        return claim(true);
    }

    /** The claim of the lead on a response that is already open; empty if its first bytes are not requested. */
    synchronized Optional<Claim> claim(OpenResponse openResponse) {
        alone |= openResponse.alone();
        if (openResponse.part().isPresent()) {
            ByteRange part = openResponse.part().get();
            return Optional.of(added(new Claim(progress.present().contiguousFrom(part.first()), part.last() + 1)));
        }
        if (alone) {
            return Optional.of(added(new Claim(progress.present().contiguousFrom(0), length)));
        }
        Optional<Claim> first = claim();
        first.ifPresent(claim -> {
            if (claim.position > 0) {
                claims.remove(claim);
            } else {
                grow(claim);
            }
        });
        return first.filter(claim -> claim.position == 0);
    }

    private Claim added(Claim claim) {
        claims.add(claim);
        return claim;
    }

    /** Claims a part: for the lead from the oldest demand, for the other streams from the shortest. */
    private Optional<Claim> claim(boolean lead) {
        List<ByteRange> demands = progress.demands();
        List<ByteRange> ordered = lead
                ? demands
                : demands.stream()
                        .sorted(Comparator.comparingLong(ByteRange::length))
                        .toList();
        for (ByteRange demand : ordered) {
            Optional<Claim> claim = claimOf(demand, lead, demands.size() == 1);
            if (claim.isPresent()) {
                return claim.map(this::added);
            }
        }
        return Optional.empty();
    }

    /**
     * Whether another stream would help; if so, it counts as running until {@link #claimOrLeave} returns nothing or
     * {@link #leave} is called.
     */
    synchronized boolean hire() {
        boolean useful = helpers + 1 < allowed(progress.demands().size());
        if (useful) {
            helpers++;
        }
        return useful;
    }

    /**
     * The next claim of a stream other than the lead; empty if there is none, and then the stream no longer counts as
     * running.
     */
    synchronized Optional<Claim> claimOrLeave() {
        Optional<Claim> claim = helpers < allowed(progress.demands().size()) ? claim(false) : Optional.empty();
        if (claim.isEmpty()) {
            helpers--;
        }
        return claim;
    }

    /** Called when a stream other than the lead has ended; the origin may not accept so many streams. */
    synchronized void leave() {
        helpers--;
        streamCount.back();
    }

    private int allowed(int demands) {
        return alone ? 1 : Math.min(most, Math.max(streamCount.current(), demands));
    }

    private Optional<Claim> claimOf(ByteRange demand, boolean lead, boolean only) {
        if (!lead && firstGap(taken(), demand).isEmpty()) {
            cut(demand);
        }
        Extents taken = taken();
        return firstGap(taken, demand).map(gap -> claimIn(around(taken, gap.first(), length), gap, only));
    }

    /**
     * Claims a part in a gap. Only a single reader gets runs: parts that several readers request are claimed segment by
     * segment, so that no response must be aborted.
     */
    private Claim claimIn(ByteRange free, ByteRange gap, boolean only) {
        long first = Math.max(free.first(), gap.first() / unit * unit);
        long gapEnd = Math.min(free.last() + 1, roundUp(gap.last() + 1, unit));
        boolean longer = only && streamCount.current() == 1;
        long end = longer ? first + nextRun() : (first / segment + 1) * segment;
        return new Claim(first, Math.min(end, gapEnd));
    }

    /**
     * The length of the next run: as long as all earlier runs together, so that a stream never has more left to read
     * than it has read.
     */
    private long nextRun() {
        long now = run;
        run = Math.min(LONGEST_RUN, run * 2);
        return now;
    }

    /** Shortens a run that would reach requested bytes too late, so that another stream can fetch them. */
    private void cut(ByteRange demand) {
        long wanted = progress.present().contiguousFrom(demand.first());
        for (Claim claim : claims) {
            long next = (claim.position / segment + 1) * segment;
            long at = Math.max(next, wanted / unit * unit);
            boolean late = wanted > next || (streamCount.current() > 1 && claim.end - next > LONGEST_RUN);
            if (late && at < claim.end && at <= demand.last()) {
                claim.end = at;
                return;
            }
        }
    }

    private Extents taken() {
        Extents taken = progress.present();
        for (Claim claim : claims) {
            if (claim.position < claim.end) {
                taken = taken.with(claim.range());
            }
        }
        return taken;
    }

    private static Optional<ByteRange> firstGap(Extents taken, ByteRange demand) {
        return taken.gaps(demand.last() + 1).stream()
                .filter(gap -> gap.last() >= demand.first())
                .map(gap -> new ByteRange(Math.max(gap.first(), demand.first()), gap.last()))
                .findFirst();
    }

    /**
     * The part of partial content to request first: the first missing bytes of the wanted ranges, extended to whole
     * units.
     */
    static Optional<ByteRange> firstMissing(Extents present, List<ByteRange> wanted, long length, int unit, long most) {
        return wanted.stream()
                .flatMap(part -> firstGap(present, part).stream())
                .findFirst()
                .map(gap -> {
                    ByteRange free = around(present, gap.first(), length);
                    long first = Math.max(free.first(), gap.first() / unit * unit);
                    long end = Math.min(free.last() + 1, roundUp(gap.last() + 1, unit));
                    return new ByteRange(first, Math.min(end, first + most) - 1);
                });
    }

    /** The gap of the whole content that contains that byte. */
    private static ByteRange around(Extents taken, long position, long length) {
        return taken.gaps(length).stream()
                .filter(gap -> gap.first() <= position && position <= gap.last())
                .findFirst()
                .orElseThrow();
    }

    private static long roundUp(long value, int unit) {
        return (value + unit - 1) / unit * unit;
    }

    /**
     * A response with the whole content has arrived: the claim grows to the next byte that is present or claimed by
     * another stream.
     */
    private void grow(Claim claim) {
        Extents taken = taken();
        claim.end = taken.contiguousFrom(claim.position);
        if (claim.end < length) {
            claim.end = around(taken, claim.end, length).last() + 1;
        }
    }

    /** The rest of the claim; null when it is done. */
    synchronized @Nullable ByteRange rest(Claim claim) {
        return claim.position < claim.end ? claim.range() : null;
    }

    synchronized long position(Claim claim) {
        return claim.position;
    }

    /** The number of bytes of the claim that are still missing. */
    synchronized long room(Claim claim) {
        return claim.end - claim.position;
    }

    /**
     * Records that bytes of the claim are present.
     *
     * @return whether more streams may help than before
     */
    synchronized boolean advanced(Claim claim, int count, long nanos) {
        claim.position += count;
        int before = streamCount.current();
        return streamCount.observe(nanos, count, length - progress.present().size()) && streamCount.current() > before;
    }

    synchronized void release(Claim claim) {
        claims.remove(claim);
        change();
    }

    /**
     * Gives all missing bytes to this stream, because the origin ignores ranges and sends everything; no other stream
     * starts.
     */
    synchronized void takeAll(Claim claim) {
        alone = true;
        claim.position = progress.present().contiguousFrom(0);
        claim.end = length;
    }

    synchronized boolean isIdle() {
        return claims.isEmpty();
    }

    /** Wakes waiting streams to check again, because readers request more or a stream has ended. */
    synchronized void change() {
        changed = true;
        notifyAll();
    }

    /** Waits for a change; returns false if there was none within that time. */
    synchronized boolean await(Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        long left = most.toNanos();
        while (!changed && left > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = end - System.nanoTime();
        }
        boolean wasChanged = changed;
        changed = false;
        return wasChanged;
    }
}
