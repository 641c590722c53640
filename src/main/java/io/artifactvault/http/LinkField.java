package io.artifactvault.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The links of a Link field (RFC 8288 §3), parsed leniently and in one pass: invalid links are skipped.
 *
 * @param target the text between the angle brackets, unchanged
 * @param parameters the text after the semicolon, unchanged, without surrounding white space
 */
public record LinkField(String target, String parameters) {
    /** The maximum number of links that are parsed, because each uses memory; no real page has that many. */
    private static final int MOST_LINKS = 100;

    /** The first links of a field, in their order. */
    public static List<LinkField> parse(String field) {
        List<LinkField> links = new ArrayList<>();
        int open = field.indexOf('<');
        while (open >= 0 && links.size() < MOST_LINKS) {
            int close = field.indexOf('>', open);
            if (close < 0) {
                return links;
            }
            int semicolon = Scan.skip(field, close + 1, Character::isWhitespace);
            if (semicolon < field.length() && field.charAt(semicolon) == ';') {
                int end = end(field, semicolon + 1);
                links.add(new LinkField(
                        field.substring(open + 1, close),
                        field.substring(semicolon + 1, end).strip()));
                open = field.indexOf('<', end);
            } else {
                open = field.indexOf('<', close);
            }
        }
        return links;
    }

    /** The index at which the parameters end: at a comma outside quotes, or at the next link. */
    private static int end(String field, int from) {
        boolean quoted = false;
        for (int i = from; i < field.length(); i++) {
            char c = field.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == ',' || c == '<')) {
                return i;
            }
        }
        return field.length();
    }

    /** The value of the first parameter of that name, without its quotes. */
    public Optional<String> parameter(String name) {
        int from = 0;
        while (from < parameters.length()) {
            int end = endOfParameter(from);
            String parameter = parameters.substring(from, end).strip();
            int equals = parameter.indexOf('=');
            if (equals >= 0
                    && parameter
                            .substring(0, equals)
                            .strip()
                            .toLowerCase(Locale.ROOT)
                            .equals(name)) {
                return Optional.of(
                        CommaList.unquoted(parameter.substring(equals + 1).strip()));
            }
            from = end + 1;
        }
        return Optional.empty();
    }

    private int endOfParameter(int from) {
        boolean quoted = false;
        for (int i = from; i < parameters.length(); i++) {
            char c = parameters.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ';' && !quoted) {
                return i;
            }
        }
        return parameters.length();
    }

    /** The part of the target after scheme and authority; the target itself when it has none. */
    public String withoutOrigin() {
        int colon = target.indexOf(':');
        boolean absolute = colon > 0
                && Scan.isLetter(target.charAt(0))
                && Scan.skip(target, 0, LinkField::isSchemeCharacter) == colon
                && target.startsWith("//", colon + 1);
        return absolute
                ? target.substring(Scan.skip(target, colon + 3, c -> c != '/' && c != '?' && c != '#'))
                : target;
    }

    private static boolean isSchemeCharacter(char c) {
        return Scan.isLetter(c) || Scan.isDigit(c) || c == '+' || c == '-' || c == '.';
    }
}
