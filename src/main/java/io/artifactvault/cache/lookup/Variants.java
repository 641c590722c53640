package io.artifactvault.cache.lookup;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.caching.VaryKey;
import io.artifactvault.store.Peek;
import io.artifactvault.store.index.Entry;
import io.artifactvault.store.index.EntryIndex;
import io.artifactvault.store.index.PointerValue;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The variant sets of all primary keys. {@code peek} never blocks; the other methods may read the disk. Thread-safe.
 *
 * <p>A variant set is written with the first response that is stored under it. Until then its generation is known only
 * in memory, so that requests whose responses are never stored leave nothing behind.
 */
public final class Variants {
    /**
     * The maximum number of variant sets that are only in memory, far more than requests in progress; a response whose
     * variant set was evicted is not stored.
     */
    private static final int MOST_OPEN = 100_000;

    private final EntryIndex index;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** Variant sets without a stored response, by primary key. */
    private final Cache<String, VariantSet> open =
            Caffeine.newBuilder().maximumSize(MOST_OPEN).build();

    public Variants(EntryIndex index, Clock clock) {
        this.index = index;
        this.clock = clock;
    }

    public Peek<VariantSet> peek(String primary) {
        return switch (index.peekPointer(name(primary))) {
            case Peek.Found<PointerValue>(PointerValue value) -> new Peek.Found<>(VariantSet.parse(value.value()));
            case Peek.Absent<PointerValue> _ -> new Peek.Absent<>();
            case Peek.Unknown<PointerValue> _ -> new Peek.Unknown<>();
        };
    }

    public Optional<VariantSet> load(String primary) {
        return index.loadPointer(name(primary)).map(value -> VariantSet.parse(value.value()));
    }

    /** The variant set to which the response to a request sent now may be added later. */
    public synchronized VariantSet open(String primary) {
        return load(primary).orElseGet(() -> open.get(primary, _ -> fresh()));
    }

    /** Adds a set of names; returns false if the responses of that generation were invalidated in the meantime. */
    public synchronized boolean add(String primary, VariantSet opened, VaryKey vary) {
        Optional<VariantSet> stored = load(primary);
        if (index.isUnreadable()) {
            // The index may contain another variant set, which a new one must not replace.
            return false;
        }
        Optional<VariantSet> now = stored.or(() -> Optional.ofNullable(open.getIfPresent(primary)))
                .filter(set -> set.generation().equals(opened.generation()));
        now.filter(set -> !set.names().contains(vary.joined())).ifPresent(set -> put(primary, set.with(vary)));
        return now.isPresent();
    }

    /**
     * Stores a response in that generation; returns false, and stores nothing, if the generation was invalidated in the
     * meantime.
     */
    public synchronized boolean put(String primary, VariantSet opened, VaryKey vary, Entry entry) {
        boolean valid = add(primary, opened, vary);
        if (valid) {
            index.put(entry);
        }
        return valid;
    }

    /** Invalidates all stored responses of the key and removes them. */
    public void invalidate(String primary) {
        // After the generation has changed, none of its responses can be added.
        endGeneration(primary).ifPresent(former -> index.removeAll(former.keysBegin(primary)));
    }

    private synchronized Optional<VariantSet> endGeneration(String primary) {
        Optional<VariantSet> former = load(primary);
        former.ifPresent(_ -> put(primary, fresh()));
        open.invalidate(primary);
        return former;
    }

    private VariantSet fresh() {
        byte[] generation = new byte[6];
        random.nextBytes(generation);
        return new VariantSet(HexFormat.of().formatHex(generation), List.of());
    }

    private void put(String primary, VariantSet set) {
        open.invalidate(primary);
        Instant now = clock.instant();
        Instant after = index.loadPointer(name(primary))
                .map(value -> value.askedAt().plusNanos(1))
                .filter(later -> later.isAfter(now))
                .orElse(now);
        index.putPointer(name(primary), new PointerValue(set.toString(), after));
    }

    private static String name(String primary) {
        return KeyBuilder.key("variants", primary);
    }
}
