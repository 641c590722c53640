package io.artifactvault.backend.huggingface.route;

/** A request that has no single meaning; the message is a sentence for the client that says what to write instead. */
public final class AmbiguousRequestException extends Exception {
    private static final int LONGEST_NAME = 60;

    public AmbiguousRequestException(String message) {
        super(message);
    }

    /**
     * A client's text for use in a sentence: printable, short, and without characters that JSON would have to escape.
     */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.chars()
                .limit(LONGEST_NAME)
                .forEach(c -> shown.append(c > ' ' && c < 0x7F && c != '"' && c != '\\' ? (char) c : '?'));
        return shown.isEmpty() ? "(empty)" : shown.toString();
    }
}
