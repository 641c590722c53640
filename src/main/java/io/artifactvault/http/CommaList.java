package io.artifactvault.http;

import java.util.ArrayList;
import java.util.List;

/**
 * List values as RFC 9110 §5.6.1 specifies: a comma inside a quoted string is not a separator, and empty members are
 * ignored.
 */
public final class CommaList {
    private CommaList() {}

    /** The members without the white space around them; an unterminated quoted string takes the remaining text. */
    public static List<String> members(String value) {
        List<String> members = new ArrayList<>();
        StringBuilder member = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ',' && !quoted) {
                add(members, member);
            } else if (c == '\\' && quoted && i + 1 < value.length()) {
                member.append(c).append(value.charAt(++i));
            } else {
                quoted ^= c == '"';
                member.append(c);
            }
        }
        add(members, member);
        return members;
    }

    private static void add(List<String> members, StringBuilder member) {
        String text = stripped(member.toString());
        if (!text.isEmpty()) {
            members.add(text);
        }
        member.setLength(0);
    }

    /** Optional white space is a space or a tab (RFC 9110 §5.6.3). */
    public static String stripped(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isSpace(text.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    /** That text as a quoted string (RFC 9110 §5.6.4). */
    public static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\');
            }
            quoted.append(c);
        }
        return quoted.append('"').toString();
    }

    /** The text of a quoted string (RFC 9110 §5.6.4); other values unchanged. */
    public static String unquoted(String text) {
        if (text.length() < 2 || !text.startsWith("\"") || !text.endsWith("\"")) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 1; i < text.length() - 1; i++) {
            boolean escaped = text.charAt(i) == '\\' && i + 1 < text.length() - 1;
            plain.append(text.charAt(escaped ? ++i : i));
        }
        return plain.toString();
    }
}
