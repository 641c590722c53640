package io.artifactvault.store.upkeep;

import io.artifactvault.store.index.KeptBlob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Selects the least valuable blobs to evict in one pass over all of them; it keeps little more than the selection in
 * memory. Confined to one thread.
 */
final class Eviction {
    private record Ranked(KeptBlob blob, double value) {}

    private final long wanted;
    private final Instant now;
    private final Instant oldest;
    private final PriorityQueue<Ranked> chosen =
            new PriorityQueue<>(Comparator.comparingDouble(Ranked::value).reversed());
    private final List<KeptBlob> unused = new ArrayList<>();
    private long chosenBytes;
    private long unusedBytes;

    /**
     * {@code wanted} is the number of bytes to free; content that was last used before {@code oldest} is evicted in any
     * case.
     */
    Eviction(long wanted, Instant now, Instant oldest) {
        this.wanted = wanted;
        this.now = now;
        this.oldest = oldest;
    }

    void consider(KeptBlob blob) {
        if (blob.usedAt().isBefore(oldest)) {
            unused.add(blob);
            unusedBytes += blob.allocated();
        } else {
            chosen.add(new Ranked(blob, blob.valueAt(now)));
            chosenBytes += blob.allocated();
        }
        dropTheDearest();
    }

    private void dropTheDearest() {
        Ranked dearest = chosen.peek();
        while (dearest != null && chosenBytes + unusedBytes - dearest.blob.allocated() >= wanted) {
            chosen.remove();
            chosenBytes -= dearest.blob.allocated();
            dearest = chosen.peek();
        }
    }

    /** The selected blobs: content that was unused for too long, then the others, the least valuable first. */
    List<KeptBlob> victims() {
        List<KeptBlob> victims = new ArrayList<>(unused);
        chosen.stream().sorted(Comparator.comparingDouble(Ranked::value)).forEach(one -> victims.add(one.blob));
        return victims;
    }
}
