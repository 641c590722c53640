package io.artifactvault.counterexamples.http;

import java.util.List;
import java.util.Scanner;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;

/** Reads a header in ways that may cost the square of its length. */
final class ReadsByRegex {
    private static final Pattern LINK = Pattern.compile("<([^>]*)>");

    private ReadsByRegex() {}

    static boolean byPattern(String field) {
        return LINK.matcher(field).find();
    }

    static boolean byMatches(String field) {
        return field.matches("a*b");
    }

    static boolean byReference(String field) {
        BiPredicate<String, String> matches = String::matches;
        return matches.test(field, "a*b");
    }

    static String byReplaceAll(String field) {
        return field.replaceAll(" +$", "");
    }

    static String byReplaceFirst(String field) {
        return field.replaceFirst(" +$", "");
    }

    static String byScanner(String field) {
        return new Scanner(field).next();
    }

    static List<String> bySplit(String field) {
        return List.of(field.split(" *, *", -1));
    }

    static List<String> bySplitOfAVariable(String field, String by) {
        return List.of(field.split(by));
    }

    static List<String> bySplitByADot(String field) {
        return List.of(field.split("[.]"));
    }
}
