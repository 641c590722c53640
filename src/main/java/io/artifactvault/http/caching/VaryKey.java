package io.artifactvault.http.caching;

import io.artifactvault.http.CommaList;
import io.artifactvault.http.Digest;
import io.artifactvault.http.Fields;
import io.artifactvault.http.Hasher;
import io.artifactvault.http.Scan;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The request fields that selected a response: all lines of its Vary (RFC 9111 §4.1). Two requests match when every
 * named field is absent in both, or equal in both apart from white space and the division into lines.
 *
 * @param names in lower case, sorted, each once
 * @param isAny whether {@code *} is among the members: no request matches
 */
public record VaryKey(List<String> names, boolean isAny) {
    private static final String ANY = "*";

    /** The maximum number of names; a response that names more matches no request. No real origin names that many. */
    private static final int MOST_NAMES = 64;

    /** The field whose list members are compared without case and order (RFC 9110 §12.5). */
    private static final String LANGUAGE = "accept-language";

    /** The key in a response's fields. */
    public static VaryKey of(Fields response) {
        TreeSet<String> names = new TreeSet<>();
        for (String line : response.all("Vary")) {
            CommaList.members(line).forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        }
        // Each request must be compared in all fields that Vary names.
        boolean any = names.remove(ANY) || names.size() > MOST_NAMES;
        return new VaryKey(any ? List.of() : List.copyOf(names), any);
    }

    /** The {@link #names} joined into one word, for {@link #parse}. */
    public String joined() {
        return String.join(",", names);
    }

    /** The inverse of {@link #joined}. */
    public static VaryKey parse(String joined) {
        return new VaryKey(CommaList.members(joined), false);
    }

    /** A digest of the request's values of those fields: requests that match have the same digest. */
    public Digest of(String primary, Fields request) {
        StringBuilder text = new StringBuilder(primary).append('\n');
        for (String name : names) {
            text.append(name).append(request.has(name) ? '=' : '-');
            text.append(normal(name, request)).append('\n');
        }
        Hasher hasher = Hasher.of(Digest.Algorithm.SHA256, 0);
        hasher.update(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)));
        return hasher.finish();
    }

    /** The member with each run of white space replaced by one space, and without white space around semicolons. */
    private static String normal(String member) {
        StringBuilder text = new StringBuilder(member.length());
        boolean space = false;
        for (int i = 0; i < member.length(); i++) {
            char c = member.charAt(i);
            if (Scan.isSpace(c)) {
                space = true;
            } else {
                boolean tight = c == ';' || (!text.isEmpty() && text.charAt(text.length() - 1) == ';');
                text.append(space && !tight ? " " : "").append(c);
                space = false;
            }
        }
        return text.toString();
    }

    private static String normal(String name, Fields request) {
        List<String> members = request.all(name).stream()
                .flatMap(line -> CommaList.members(line).stream())
                .map(member -> normal(member))
                .toList();
        if (!name.equals(LANGUAGE)) {
            return String.join(",", members);
        }
        return members.stream()
                .map(member -> member.toLowerCase(Locale.ROOT))
                .sorted()
                .collect(Collectors.joining(","));
    }
}
