package io.artifactvault.counterexamples.http;

import java.util.List;

/** Splits by one character, which compiles no regular expression. */
final class SplitsByComma {
    private SplitsByComma() {}

    static List<String> members(String field) {
        return List.of(field.split(",", -1));
    }

    static List<String> words(String field) {
        return List.of(field.replace("a", "b").split(" "));
    }
}
