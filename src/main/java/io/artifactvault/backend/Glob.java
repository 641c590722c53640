package io.artifactvault.backend;

import io.artifactvault.http.Scan;
import java.util.ArrayList;
import java.util.List;

/**
 * A pattern in the syntax of Python's fnmatch, whose {@code *} and {@code ?} match slashes too; a trailing slash
 * matches everything below. Matching takes at most pattern length times path length, regardless of the number of stars.
 */
public final class Glob {
    private static final Scan.Characters ANY = _ -> true;

    /**
     * The set of characters that each position of the pattern matches; a position in {@link #stars} matches any number
     * of characters.
     */
    private final List<Scan.Characters> places = new ArrayList<>();

    private final List<Boolean> stars = new ArrayList<>();

    private Glob() {}

    public static Glob of(String pattern) {
        String whole = pattern.endsWith("/") ? pattern + "*" : pattern;
        Glob glob = new Glob();
        for (int i = 0; i < whole.length(); i++) {
            char c = whole.charAt(i);
            int end = c == '[' ? whole.indexOf(']', i + 2) : -1;
            if (end > 0) {
                glob.add(set(whole.substring(i + 1, end)), false);
                i = end;
            } else if (c == '*' || c == '?') {
                glob.add(ANY, c == '*');
            } else {
                glob.add(other -> other == c, false);
            }
        }
        return glob;
    }

    private void add(Scan.Characters place, boolean star) {
        places.add(place);
        stars.add(star);
    }

    /** Parses the inside of a bracket expression: {@code abc}, {@code a-c} or {@code !abc}. */
    private static Scan.Characters set(String inside) {
        boolean not = inside.startsWith("!");
        String members = not ? inside.substring(1) : inside;
        return c -> contains(members, c) != not;
    }

    private static boolean contains(String members, char c) {
        for (int i = 0; i < members.length(); i++) {
            boolean range = i + 2 < members.length() && members.charAt(i + 1) == '-';
            char last = members.charAt(range ? i + 2 : i);
            if (members.charAt(i) <= c && c <= last) {
                return true;
            }
            i += range ? 2 : 0;
        }
        return false;
    }

    /** Only the last star needs to be tried again: the part before it has matched at the earliest position. */
    public boolean matches(String path) {
        int place = 0;
        int star = -1;
        int taken = 0;
        for (int at = 0; at < path.length(); ) {
            if (place < places.size() && stars.get(place)) {
                star = place++;
                taken = at;
            } else if (place < places.size() && places.get(place).contain(path.charAt(at))) {
                place++;
                at++;
            } else if (star >= 0) {
                place = star + 1;
                at = ++taken;
            } else {
                return false;
            }
        }
        while (place < places.size() && stars.get(place)) {
            place++;
        }
        return place == places.size();
    }
}
