package io.artifactvault.http.caching;

import io.artifactvault.http.Scan;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A Dictionary of RFC 9651 (§3.2) as far as cache directives need it: types of items are distinguished, and parameters
 * are parsed and ignored. Parsing is strict, as §4.2 requires: any error makes the whole dictionary invalid. Parses in
 * one pass; an instance is used once.
 */
public final class StructuredDictionary {
    private final String text;
    private int at;

    private StructuredDictionary(String text) {
        this.text = text;
    }

    /** Each key with its bare item as written; {@code ?1} if there is none (§3.2). Empty when it does not parse. */
    public static Optional<Map<String, String>> parse(String value) {
        String text = Scan.withoutTrailing(Scan.withoutLeading(value, ' '), ' ');
        return new StructuredDictionary(text).members();
    }

    private Optional<Map<String, String>> members() {
        Map<String, String> members = new LinkedHashMap<>();
        while (at < text.length()) {
            int start = at;
            if (!key()) {
                return Optional.empty();
            }
            String key = text.substring(start, at);
            Optional<String> item = value();
            if (item.isEmpty() || !parameters()) {
                return Optional.empty();
            }
            // The last of several equal keys applies.
            members.put(key, item.get());
            if (at < text.length() && !comma()) {
                return Optional.empty();
            }
        }
        return Optional.of(members);
    }

    /** Parses the bare item or inner list after an equals sign; returns {@code ?1} if there is none. */
    private Optional<String> value() {
        if (!take('=')) {
            return Optional.of("?1");
        }
        int start = at;
        boolean parsed = peek() == '(' ? innerList() : bareItem();
        return parsed ? Optional.of(text.substring(start, at)) : Optional.empty();
    }

    /** Parses a comma, which must be followed by a member. */
    private boolean comma() {
        skip(Scan::isSpace);
        boolean there = take(',');
        skip(Scan::isSpace);
        return there && at < text.length();
    }

    private boolean parameters() {
        while (take(';')) {
            skip(c -> c == ' ');
            if (!key() || (take('=') && !bareItem())) {
                return false;
            }
        }
        return true;
    }

    private boolean innerList() {
        take('(');
        skip(c -> c == ' ');
        while (!take(')')) {
            if (!bareItem() || !parameters() || (peek() != ' ' && peek() != ')')) {
                return false;
            }
            skip(c -> c == ' ');
        }
        return true;
    }

    private boolean key() {
        char first = peek();
        if (!isLower(first) && first != '*') {
            return false;
        }
        skip(c -> isLower(c) || Scan.isDigit(c) || c == '_' || c == '.' || c == '*' || c == '-');
        return true;
    }

    private static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }

    private boolean bareItem() {
        char first = peek();
        return switch (first) {
            case '"' -> string();
            case ':' -> bytes();
            case '?' -> bool();
            case '@' -> take('@') && integer();
            case '%' -> displayString();
            default -> (first == '*' || Scan.isLetter(first)) ? token() : number();
        };
    }

    private boolean token() {
        skip(c -> Scan.isTokenCharacter(c) || c == ':' || c == '/');
        return true;
    }

    private boolean integer() {
        take('-');
        int digits = skip(Scan::isDigit);
        return digits >= 1 && digits <= 15;
    }

    /** Parses an integer or a decimal (§3.3.1, §3.3.2). */
    private boolean number() {
        take('-');
        int digits = skip(Scan::isDigit);
        if (!take('.')) {
            return digits >= 1 && digits <= 15;
        }
        int fraction = skip(Scan::isDigit);
        return digits >= 1 && digits <= 12 && fraction >= 1 && fraction <= 3;
    }

    private boolean string() {
        take('"');
        while (!take('"')) {
            if (take('\\')) {
                if (!take('"') && !take('\\')) {
                    return false;
                }
            } else if (!Scan.isPrintable(peek())) {
                return false;
            } else {
                at++;
            }
        }
        return true;
    }

    private boolean bytes() {
        take(':');
        skip(c -> Scan.isLetter(c) || Scan.isDigit(c) || c == '+' || c == '/' || c == '=');
        return take(':');
    }

    private boolean bool() {
        take('?');
        return take('0') || take('1');
    }

    private boolean displayString() {
        take('%');
        if (!take('"')) {
            return false;
        }
        while (!take('"')) {
            if (take('%')) {
                if (!octet()) {
                    return false;
                }
            } else if (!Scan.isPrintable(peek())) {
                return false;
            } else {
                at++;
            }
        }
        return true;
    }

    /** Parses two hex digits. */
    private boolean octet() {
        boolean first = lowerHexDigit();
        return first && lowerHexDigit();
    }

    private boolean lowerHexDigit() {
        boolean there = Scan.isDigit(peek()) || (peek() >= 'a' && peek() <= 'f');
        at += there ? 1 : 0;
        return there;
    }

    /** The next character, or NUL at the end: no item may contain NUL. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean take(char wanted) {
        boolean there = at < text.length() && text.charAt(at) == wanted;
        at += there ? 1 : 0;
        return there;
    }

    /** Skips characters of the set and returns their number. */
    private int skip(Scan.Characters set) {
        int start = at;
        at = Scan.skip(text, at, set);
        return at - start;
    }
}
