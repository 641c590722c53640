package io.artifactvault.config;

import java.util.Locale;

/** Prepares text from the configuration file for messages: on one line, short, and without tokens. Pure. */
final class ErrorText {
    private static final int SHOWN = 60;

    private ErrorText() {}

    static String quoted(String name) {
        return "\"" + name + "\"";
    }

    /**
     * The text, shortened so that it fits into one line of a message, and without anything that looks like a token of
     * the Hub.
     */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(SHOWN).forEach(c -> append(shown, c));
        String rest = text.codePointCount(0, text.length()) > SHOWN ? "…" : "";
        return quoted(redacted(shown.toString()) + rest);
    }

    /** The text with anything that looks like a token of the Hub replaced. */
    static String redacted(String text) {
        return text.replaceAll("(hf|api)_[A-Za-z0-9]{6,}", "***");
    }

    private static void append(StringBuilder shown, int codePoint) {
        boolean unfit = Character.isISOControl(codePoint)
                || Character.getType(codePoint) == Character.FORMAT
                || Character.getType(codePoint) == Character.SURROGATE
                || codePoint == 0x2028
                || codePoint == 0x2029;
        if (unfit) {
            shown.append(String.format(Locale.ROOT, "\\u%04X", codePoint));
        } else {
            shown.appendCodePoint(codePoint);
        }
    }
}
