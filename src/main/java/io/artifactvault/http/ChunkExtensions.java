package io.artifactvault.http;

/** Chunk extensions after the size of a chunk (RFC 9112 §7.1.1), parsed in one pass and ignored. */
final class ChunkExtensions {
    private ChunkExtensions() {}

    /**
     * Whether the remainder of a chunk's line from that index on is empty or any number of {@code ;name} and
     * {@code ;name=value}.
     */
    static boolean areSound(String line, int from) {
        int at = from;
        while (at >= 0 && at < line.length()) {
            at = extension(line, at);
        }
        return at == line.length();
    }

    /** The index at which the extension ends; negative if no extension begins at the given index. */
    private static int extension(String line, int from) {
        int semicolon = spaces(line, from);
        if (!isAt(line, semicolon, ';')) {
            return -1;
        }
        int name = spaces(line, semicolon + 1);
        int end = Scan.skip(line, name, Scan::isTokenCharacter);
        if (end == name) {
            return -1;
        }
        int equals = spaces(line, end);
        return isAt(line, equals, '=') ? value(line, spaces(line, equals + 1)) : end;
    }

    private static int value(String line, int from) {
        if (isAt(line, from, '"')) {
            return quoted(line, from + 1);
        }
        int end = Scan.skip(line, from, Scan::isTokenCharacter);
        return end == from ? -1 : end;
    }

    private static int quoted(String line, int from) {
        for (int i = from; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                return i + 1;
            }
            if (c == '\\') {
                i++;
            }
            if (i == line.length() || !isText(line.charAt(i))) {
                return -1;
            }
        }
        return -1;
    }

    private static boolean isText(char c) {
        return c == '\t' || Scan.isPrintable(c) || (c >= 0x80 && c <= 0xff);
    }

    private static int spaces(String line, int from) {
        return Scan.skip(line, from, Scan::isSpace);
    }

    private static boolean isAt(String line, int at, char c) {
        return at < line.length() && line.charAt(at) == c;
    }
}
