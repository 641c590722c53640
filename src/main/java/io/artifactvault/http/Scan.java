package io.artifactvault.http;

/**
 * Small parsers of text from clients and origins. Each reads the text once; a regular expression may backtrack and take
 * time quadratic in the length, so none is used on foreign text. Pure.
 */
public final class Scan {
    private Scan() {}

    /** A set of characters. */
    @FunctionalInterface
    public interface Characters {
        boolean contain(char c);
    }

    /** ASCII only, unlike {@link Character#isDigit}. */
    public static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** An ASCII letter. */
    public static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** A hex digit in either case. */
    public static boolean isHexDigit(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    /** Optional white space consists of spaces and tabs (RFC 9110 §5.6.3). */
    public static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    /** Whether a space or a visible character of ASCII. */
    public static boolean isPrintable(char c) {
        return c >= ' ' && c <= '~';
    }

    /** Whether the character may be part of a token (RFC 9110 §5.6.2). */
    public static boolean isTokenCharacter(char c) {
        return isLetter(c) || isDigit(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    /** The first index from the given one on whose character is not in the set; the end when there is none. */
    public static int skip(String text, int from, Characters set) {
        int at = from;
        while (at < text.length() && set.contain(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** Whether the text is not empty and has only these characters. */
    public static boolean isMadeOf(String text, Characters set) {
        return !text.isEmpty() && skip(text, 0, set) == text.length();
    }

    /** Whether the text is one to {@code mostDigits} digits; up to 18 fit into a long. */
    public static boolean isNumber(String text, int mostDigits) {
        return text.length() <= mostDigits && isMadeOf(text, Scan::isDigit);
    }

    /** Whether the text has exactly that number of hex digits in lower case. */
    public static boolean isLowerHex(String text, int digits) {
        return text.length() == digits && isMadeOf(text, c -> isDigit(c) || (c >= 'a' && c <= 'f'));
    }

    /** The text with a question mark for each other character, including each surrogate. */
    public static String masked(String text, Characters kept) {
        int plain = skip(text, 0, kept);
        if (plain == text.length()) {
            return text;
        }
        StringBuilder masked = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            masked.append(kept.contain(text.charAt(i)) ? text.charAt(i) : '?');
        }
        return masked.toString();
    }

    /** The text without the given character at its beginning. */
    public static String withoutLeading(String text, char c) {
        return text.substring(skip(text, 0, other -> other == c));
    }

    /** The text without the given character at its end. */
    public static String withoutTrailing(String text, char c) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == c) {
            end--;
        }
        return text.substring(0, end);
    }

    /** Digits without leading zeros; the last digit is always kept. */
    public static String significant(String digits) {
        String significant = withoutLeading(digits, '0');
        return significant.isEmpty() && !digits.isEmpty() ? "0" : significant;
    }
}
