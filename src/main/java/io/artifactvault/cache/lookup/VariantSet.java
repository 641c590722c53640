package io.artifactvault.cache.lookup;

import io.artifactvault.http.Fields;
import io.artifactvault.http.KeyBuilder;
import io.artifactvault.http.caching.VaryKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sets of request fields that distinguish the stored responses of one primary key (RFC 9111 §4.1). Kept as text:
 * the generation, and a line for each set of names, the latest first.
 *
 * @param generation part of the key of every response; a new generation makes all former responses unreachable
 * @param names sets of field names, each in the form of {@link VaryKey#joined}
 * @param former the primary key under which an earlier version hashed responses of this generation, if it differs
 */
public record VariantSet(String generation, List<String> names, Optional<String> former) {
    private static final int MOST_SETS = 8;
    private static final String SET = "vary ";

    /** The beginning of the line with the former primary key; the migration to format 3 of the index writes it too. */
    private static final String FORMER = "former ";

    public VariantSet {
        names = List.copyOf(names);
    }

    VariantSet(String generation, List<String> names) {
        this(generation, names, Optional.empty());
    }

    static VariantSet parse(String text) {
        List<String> lines = text.lines().toList();
        return new VariantSet(
                lines.getFirst(), all(lines, SET), all(lines, FORMER).stream().findFirst());
    }

    private static List<String> all(List<String> lines, String kind) {
        return lines.stream()
                .skip(1)
                .filter(line -> line.startsWith(kind))
                .map(line -> line.substring(kind.length()))
                .toList();
    }

    VariantSet with(VaryKey key) {
        List<String> more = new ArrayList<>(names);
        more.remove(key.joined());
        more.addFirst(key.joined());
        return new VariantSet(generation, more.subList(0, Math.min(more.size(), MOST_SETS)), former);
    }

    /** The keys under which a response to that request would be stored. */
    public List<String> keys(String primary, Fields request) {
        return names.stream()
                .map(joined -> key(primary, VaryKey.parse(joined), request))
                .toList();
    }

    public String key(String primary, VaryKey vary, Fields request) {
        return KeyBuilder.key(
                primary,
                generation,
                vary.of(former.orElse(primary), request).hex().substring(0, 32));
    }

    /** Whether the responses differ by any request field; the set of names of a response without Vary is empty. */
    public boolean varies() {
        return names.stream().anyMatch(set -> !set.isEmpty());
    }

    /** The common prefix of all keys of this generation's responses. */
    String keysBegin(String primary) {
        return KeyBuilder.beginning(primary, generation);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(generation);
        names.forEach(set -> text.append('\n').append(SET).append(set));
        former.ifPresent(key -> text.append('\n').append(FORMER).append(key));
        return text.toString();
    }
}
