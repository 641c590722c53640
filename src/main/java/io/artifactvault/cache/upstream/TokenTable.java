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
 * The tokens that are kept, in memory only, by names that contain no credential. Each token has one entry, under
 * upstream's name for its scope; some of the resources' own names lead to it. If there is no room, the caller that
 * occupies most loses its least recently used token, so that a caller with many scopes displaces only its own. Guarded
 * by this.
 */
final class TokenTable {
    /** A longer token occupies the room of several. The tokens of the usual registries have one to four thousand. */
    static final int CHARACTERS_OF_ONE = 4_096;

    /** The own names that lead to one token. More cost a 401 each. */
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

    /** @param name upstream's or the resource's own */
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

    /** Keeps a token instead of an earlier one of that name. */
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

    /** From now on, that own name leads to the token of that name, if it is still kept. */
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

    /** Forgets that token, but no other under its name. */
    synchronized void forget(String name, Credential rejected) {
        Entry entry = names.get(name);
        if (entry != null && entry.token().credential().equals(rejected)) {
            drop(entry);
        }
    }

    /** Forgets that token under all its names. */
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

    /** A share keeps its place in the order only if it is out of the set while it changes. */
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
