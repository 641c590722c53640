package io.artifactvault.cache.fill;

import java.util.concurrent.TimeUnit;

/**
 * Determines how many streams one fill should use concurrently: doubles the number while that makes the fill clearly
 * faster, and goes one step back when it does not. An origin that limits the rate of each connection is thus used by
 * many streams, any other by one. Guarded by its owner.
 */
final class StreamCount {
    private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** The speed-up that doubling the streams must achieve to be worth it. */
    private static final double GAIN = 1.25;

    /** If the rest takes less time than this, another stream is not worth starting. */
    private static final double WORTH_SECONDS = 4;

    /**
     * The number of windows after which a number of streams that did not help is tried again: origins and networks
     * change.
     */
    private static final int PATIENCE = 60;

    private final int most;
    private int current = 1;
    private double before;
    private boolean trying;
    private int pause;
    private long began;
    private long bytes;
    private boolean started;

    StreamCount(int most) {
        this.most = most;
    }

    int current() {
        return current;
    }

    /**
     * Records that bytes have arrived.
     *
     * @param now in nanoseconds of any monotonic clock
     * @param left bytes still to come
     * @return whether {@link #current} changed
     */
    boolean observe(long now, int count, long left) {
        if (!started) {
            started = true;
            began = now;
        }
        bytes += count;
        if (now - began < WINDOW_NANOS) {
            return false;
        }
        double rate = bytes * 1e9 / (now - began);
        began = now;
        bytes = 0;
        return judge(rate, left);
    }

    /** Decides after a window whether to change the number; a new stream needs one window to reach its full speed. */
    private boolean judge(double rate, long left) {
        if (pause > 0) {
            pause--;
            return false;
        }
        if (trying && rate < before * GAIN) {
            back();
            return true;
        }
        trying = current < most && left > rate * WORTH_SECONDS;
        if (trying) {
            before = rate;
            current = Math.min(most, current * 2);
            pause = 1;
        }
        return trying;
    }

    /** Goes one step back: so many streams did not help, or the origin does not accept them. */
    void back() {
        current = Math.max(1, current / 2);
        pause = PATIENCE;
        trying = false;
    }
}
