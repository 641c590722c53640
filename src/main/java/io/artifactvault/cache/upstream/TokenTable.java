package io.artifactvault.cache.upstream;

import io.artifactvault.http.Credential;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tokens that are kept, in memory only, under names that contain no credential. Each token has one entry, under
 * upstream's name for its scope; further names, which resources themselves use for the scope, refer to that entry. If
 * there is no room, the caller with the most tokens loses its least recently used one, so that a caller with many
 * scopes displaces only its own. Guarded by this.
 */
final class TokenTable {
    /**
     * A token with more characters than this counts as several tokens. The tokens of the usual registries have one to
     * four thousand.
     */
    static final int CHARACTERS_OF_ONE = 4_096;

    /** The maximum number of further names for one token. A request under any other name costs an additional 401. */
    static final int MOST_OWN_NAMES = 8;

    private final int most;
    private final Clock clock;
    private final TokenLimit.Counts limits;
    private final Map<String, Entry> names = new HashMap<>();
    private final Map<String, Share> shares = new HashMap<>();
    private final TreeSet<Share> largestFirst = new TreeSet<>(
            Comparator.<Share>comparingInt(share -> -share.room).thenComparingLong(share -> share.usedAt));

    private int room;
    private int count;
    private long uses;

    /** The tokens of one caller, the least recently used first. */
    private static final class Share {
        final String caller;
        final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
        int room;
        long usedAt;

        Share(String caller) {
            this.caller = caller;
        }
    }

    private record Entry(String name, Share share, Token token, Set<String> ownNames) {
        int room() {
            return 1 + (token.credential().reveal().length() - 1) / CHARACTERS_OF_ONE;
        }
    }

    TokenTable(int most, Clock clock, TokenLimit.Counts limits) {
        this.most = most;
        this.clock = clock;
        this.limits = limits;
    }

    /** @param name upstream's name for the scope, or the resource's own */
    synchronized Optional<Token> find(String name) {
        Entry entry = names.get(name);
        if (entry == null) {
            return Optional.empty();
        }
        if (isOver(entry.token(), clock.instant())) {
            drop(entry);
            return Optional.empty();
        }
        entry.share().entries.get(entry.name());
        change(entry.share(), 0, ++uses);
        return Optional.of(entry.token());
    }

    /** Stores a token; it replaces an earlier one under the same name. */
    synchronized void keep(String caller, String name, Token token) {
        Set<String> ownNames = new LinkedHashSet<>();
        Entry earlier = names.get(name);
        if (earlier != null) {
            ownNames.addAll(earlier.ownNames());
            drop(earlier);
        }
        Share share = shares.computeIfAbsent(caller, Share::new);
        Entry entry = new Entry(name, share, token, ownNames);
        names.put(name, entry);
        ownNames.forEach(own -> names.put(own, entry));
        share.entries.put(name, entry);
        count++;
        change(share, entry.room(), ++uses);
        makeRoom();
    }

    private void makeRoom() {
        Instant now = clock.instant();
        while (room > most) {
            Entry oldest = largestFirst.getFirst().entries.values().iterator().next();
            if (!isOver(oldest.token(), now)) {
                limits.reached(TokenLimit.TOKENS);
            }
            drop(oldest);
        }
    }

    /** From now on the resource's own name refers to the token with the given name, if that is still kept. */
    synchronized void lead(String ownName, String name) {
        Entry entry = names.get(name);
        if (entry == null) {
            return;
        }
        Entry earlier = names.put(ownName, entry);
        if (earlier != null) {
            earlier.ownNames().remove(ownName);
        }
        entry.ownNames().add(ownName);
        if (entry.ownNames().size() > MOST_OWN_NAMES) {
            String oldest = entry.ownNames().iterator().next();
            entry.ownNames().remove(oldest);
            names.remove(oldest);
        }
    }

    private static boolean isOver(Token token, Instant now) {
        return !now.isBefore(token.endsAt());
    }

    /** Drops the token, unless another token now has its name. */
    synchronized void forget(String name, Credential rejected) {
        Entry entry = names.get(name);
        if (entry != null && entry.token().credential().equals(rejected)) {
            drop(entry);
        }
    }

    /** Drops the token under all its names. */
    synchronized void forget(Credential rejected) {
        List<Entry> all = shares.values().stream()
                .flatMap(share -> share.entries.values().stream())
                .filter(entry -> entry.token().credential().equals(rejected))
                .toList();
        all.forEach(this::drop);
    }

    private void drop(Entry entry) {
        names.remove(entry.name());
        entry.ownNames().forEach(names::remove);
        entry.share().entries.remove(entry.name());
        count--;
        change(entry.share(), -entry.room(), entry.share().usedAt);
    }

    /**
     * Changes the size of a share. The share is removed from the ordered set during the change, because its size
     * determines its order.
     */
    private void change(Share share, int more, long usedAt) {
        largestFirst.remove(share);
        room += more;
        share.room += more;
        share.usedAt = usedAt;
        if (share.entries.isEmpty()) {
            shares.remove(share.caller);
        } else {
            largestFirst.add(share);
        }
    }

    /** The number of tokens. */
    synchronized int size() {
        return count;
    }

    /** The number of names, for tests. */
    synchronized int names() {
        return names.size();
    }
}
