package io.artifactvault.cache;

import io.artifactvault.http.Fields;
import io.artifactvault.http.VaryKey;
import java.util.ArrayList;
import java.util.List;

/**
 * By which request fields the stored answers for one primary key differ (RFC 9111 §4.1). Kept as text: the generation, and a
 * line for each set of names, the latest first.
 *
 * @param generation part of every key of an answer; a new one leaves all former answers behind
 * @param names sets of field names, each as {@link VaryKey#joined} has it
 */
record Menu(String generation, List<String> names) {
    private static final int MOST_SETS = 8;
    private static final String SET = "vary ";

    Menu {
        names = List.copyOf(names);
    }

    static Menu parse(String text) {
        List<String> lines = text.lines().toList();
        return new Menu(
                lines.getFirst(),
                lines.stream().skip(1).map(line -> line.substring(SET.length())).toList());
    }

    Menu with(VaryKey key) {
        List<String> more = new ArrayList<>(names);
        more.remove(key.joined());
        more.addFirst(key.joined());
        return new Menu(generation, more.subList(0, Math.min(more.size(), MOST_SETS)));
    }

    /** The keys under which an answer for that request would be. */
    List<String> keys(String primary, Fields request) {
        return names.stream()
                .map(joined -> key(primary, VaryKey.parse(joined), request))
                .toList();
    }

    String key(String primary, VaryKey vary, Fields request) {
        return keysBegin(primary) + vary.of(primary, request).hex().substring(0, 32);
    }

    /** How all keys of answers of this generation begin. */
    String keysBegin(String primary) {
        return primary + " " + generation + " ";
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(generation);
        names.forEach(set -> text.append('\n').append(SET).append(set));
        return text.toString();
    }
}
