package io.artifactvault.store.disk;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps fills in progress within the store's limits: it keeps one object under {@code max_object_size}, the whole
 * folder under {@code max_size}, and {@code min_free} of the file system free for other programs. When space is short
 * it runs the evictor in the thread that needs the space. Thread-safe.
 *
 * <p>When {@code max_size} leaves room but other programs have filled the file system, nothing can be stored: {@link
 * #trouble} reports this until {@link #look} or a fill finds room again.
 */
public final class SpaceGuard implements SpaceAdmission {
    private static final Logger log = LoggerFactory.getLogger(SpaceGuard.class);

    /** The free space of the file system is read again after this many bytes. */
    private static final long LOOK_EVERY = 4L << 20;

    /**
     * Ranges of content that is larger than the file system may use this fraction of its free space: one part in so
     * many.
     */
    private static final int DISK_PARTS = 8;

    /** The delay after an eviction that freed nothing, because each one scans all rows. */
    private static final Duration VAIN = Duration.ofSeconds(1);

    private static final Duration ROOM_KNOWN = Duration.ofSeconds(10);

    /** Frees disk space. */
    @FunctionalInterface
    public interface Evictions {
        void makeRoom(long bytes) throws IOException;
    }

    private final EvictionSettings settings;
    private final Usage usage;
    private final Space space;
    private final Evictions evictions;
    private final Clock clock;
    private final AtomicLong unlooked = new AtomicLong();
    private final LongAdder refused = new LongAdder();
    private volatile Instant vainUntil = Instant.MIN;
    private volatile Instant roomUntil = Instant.MIN;
    private volatile long room = Long.MAX_VALUE;
    private volatile Optional<Shortage> shortage = Optional.empty(); // changed only under this lock

    /** The number of bytes that a fill needed and the file system did not have. */
    private record Shortage(long bytes, String why) {}

    public SpaceGuard(EvictionSettings settings, Usage usage, Space space, Evictions evictions, Clock clock) {
        this.settings = settings;
        this.usage = usage;
        this.space = space;
        this.evictions = evictions;
        this.clock = clock;
    }

    /** The number of fills that were refused space since startup. */
    public long refused() {
        return refused.sum();
    }

    @Override
    public void begin(OptionalLong length, boolean inParts) throws NoRoomException {
        if (isLargerThanTheDisk(length) && !inParts) {
            throw refusal(length.getAsLong() + " bytes exceed the size of the file system");
        }
        long most = settings.largestObject(length);
        if (Blocks.of(length.orElse(0)) > most && !inParts) {
            throw refusal(length.getAsLong() + " bytes exceed the limit for one object (cache.max_object_size, " + most
                    + ")");
        }
        if (clock.instant().isBefore(vainUntil) && !isWithin(usage.total() + Blocks.of(length.orElse(0)))) {
            throw refusal("the store is full, and it contains nothing that may be evicted now");
        }
    }

    @Override
    public void more(OptionalLong length, long object, long bytes) throws NoRoomException {
        long most =
                isLargerThanTheDisk(length) ? Math.min(settings.mostOf(length), forParts()) : settings.mostOf(length);
        if (object > most) {
            throw refusal("it exceeds " + most + " bytes, the limit for one object (cache.max_object_size)");
        }
        if (!take(bytes)) {
            makeRoom(bytes);
        }
    }

    /**
     * Whether content is larger than the file system: it can never be complete here, and must not use space that other
     * content needs.
     */
    private boolean isLargerThanTheDisk(OptionalLong length) {
        return length.isPresent() && Blocks.of(length.getAsLong()) > room();
    }

    private long forParts() {
        return room() / DISK_PARTS;
    }

    /**
     * The free space of the file system above the reserve, which is read again only after a moment, because each read
     * inspects all mounts.
     */
    private long room() {
        Instant now = clock.instant();
        if (!now.isBefore(roomUntil)) {
            room = lookAtRoom();
            roomUntil = now.plus(ROOM_KNOWN);
        }
        return room;
    }

    private long lookAtRoom() {
        try {
            return Math.max(0, space.total() - settings.reserve(space));
        } catch (IOException e) {
            // The write itself will fail if there is no space.
            return Long.MAX_VALUE;
        }
    }

    private synchronized void makeRoom(long bytes) throws NoRoomException {
        // Another fill may have made room in the meantime.
        if (take(bytes)) {
            return;
        }
        if (!clock.instant().isBefore(vainUntil)) {
            search(bytes);
            if (take(bytes)) {
                return;
            }
            vainUntil = clock.instant().plus(VAIN);
            noteShortage(bytes);
        }
        throw refusal("the store is full, and it contains nothing that may be evicted now");
    }

    /** Records a shortage of the file system, which is the cause if {@code max_size} leaves room. */
    private synchronized void noteShortage(long bytes) {
        if (shortage.isPresent() || !isWithin(usage.total() + bytes)) {
            return;
        }
        shortage = Optional.of(new Shortage(bytes, describeShortage()));
        log.warn("{}", shortage.get().why());
    }

    private String describeShortage() {
        return "The file system of the cache folder has no room for new content besides the " + reserveText()
                + " that cache.min_free keeps free, and nothing in the store may be evicted now. The vault still"
                + " serves clients; free space on the file system.";
    }

    private String reserveText() {
        try {
            return settings.reserve(space) + " bytes";
        } catch (IOException e) {
            return "space";
        }
    }

    private synchronized void endShortage(long left) {
        if (shortage.filter(missing -> left >= missing.bytes()).isPresent()) {
            shortage = Optional.empty();
            log.info("The cache folder has enough free space again, and the vault stores new content.");
        }
    }

    @Override
    public Optional<String> trouble() {
        return shortage.map(Shortage::why);
    }

    /** Checks whether the file system has room again after a shortage; called by the keeper; blocks. */
    public void look() {
        if (shortage.isEmpty()) {
            return;
        }
        try {
            endShortage(left());
        } catch (IOException e) {
            log.debug("Could not read the free space of the file system.", e);
        }
    }

    private void search(long bytes) {
        try {
            evictions.makeRoom(bytes);
        } catch (IOException e) {
            log.warn("Could not free space in the store: {}", e.toString());
        }
    }

    /**
     * Takes space for a fill. Counts the bytes as used before it checks, so that concurrent fills cannot take the same
     * space.
     */
    private boolean take(long bytes) {
        usage.run(bytes);
        boolean taken = isWithin(usage.total()) && isLeftToOthers(bytes);
        if (!taken) {
            usage.run(-bytes);
        }
        return taken;
    }

    private boolean isWithin(long total) {
        return total <= settings.maxSize();
    }

    private boolean isLeftToOthers(long bytes) {
        if (unlooked.addAndGet(-bytes) >= 0) {
            return true;
        }
        try {
            long left = left();
            unlooked.set(Math.clamp(left - bytes, 0, LOOK_EVERY));
            if (shortage.isPresent()) {
                endShortage(left);
            }
            return left >= bytes;
        } catch (IOException e) {
            // The write itself will fail if there is no space.
            return true;
        }
    }

    private long left() throws IOException {
        return space.usable() - settings.reserve(space);
    }

    private NoRoomException refusal(String why) {
        refused.increment();
        return new NoRoomException("The store has no room: " + why);
    }
}
