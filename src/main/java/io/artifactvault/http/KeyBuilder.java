package io.artifactvault.http;

import java.util.List;

/**
 * Joins the parts of a key so that two lists of parts have the same key only if they are equal: each part is preceded
 * by its length, such as {@code 2:hf 7:resolve 4:main}. Parts may contain separators. Pure.
 */
public final class KeyBuilder {
    private KeyBuilder() {}

    /** The key of the given parts. */
    public static String key(String... parts) {
        return key(List.of(parts));
    }

    /** The key of the given parts. */
    public static String key(List<String> parts) {
        StringBuilder key = new StringBuilder();
        for (String part : parts) {
            if (!key.isEmpty()) {
                key.append(' ');
            }
            key.append(part.length()).append(':').append(part);
        }
        return key.toString();
    }

    /** The prefix that all keys have whose list of parts begins with the given ones. */
    public static String beginning(String... parts) {
        return key(parts) + ' ';
    }
}
