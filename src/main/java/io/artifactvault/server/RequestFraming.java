package io.artifactvault.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The octets of one client connection against the grammar of RFC 9112, before anybody acts on them: two readers must never
 * see two different messages in them. Strict where the RFC leaves a choice: no bare LF or CR (§2.2), no line folding (§5.2), no
 * space before a colon (§5.1), one Content-Length or one Transfer-Encoding (§6.3).
 *
 * <p>Phases: head, line by line → content by length, or chunk by chunk and its trailers → the next head. Confined to the
 * channel's event loop.
 */
final class RequestFraming {
    /** What is wrong with a message. */
    enum Fault {
        /** 400. */
        MALFORMED,
        /** 501: a transfer coding besides chunked (§6.1). */
        UNKNOWN_CODING,
        /** 505: not HTTP/1 (RFC 9110 §15.6.6). */
        OTHER_VERSION
    }

    private enum Phase {
        START,
        FIELDS,
        CONTENT,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILERS
    }

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final boolean[] TOKENS = tokens();
    private static final char DELETE = 0x7f;
    private static final Pattern VERSION = Pattern.compile("HTTP/[0-9]\\.[0-9]");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
    private static final String VALUE =
            "(?:" + TOKEN + "|\"(?:[\\t !#-\\[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*+\")";
    private static final Pattern CHUNK_LINE = Pattern.compile(
            "0*+([0-9A-Fa-f]{0,15})(?:[ \\t]*;[ \\t]*" + TOKEN + "(?:[ \\t]*=[ \\t]*" + VALUE + ")?)*+");

    private static final int LONGEST_METHOD = 128;
    private static final int LONGEST_CHUNK_LINE = 4096;
    private static final int MOST_EMPTY_LINES = 4;

    private final int longestHead;
    private final StringBuilder line = new StringBuilder();
    private final List<String> lengths = new ArrayList<>();
    private final List<String> codings = new ArrayList<>();
    private Phase phase = Phase.START;
    private int headSize;
    private int emptyLines;
    private boolean old;
    private long left;
    private Optional<Fault> fault = Optional.empty();

    private static boolean[] tokens() {
        boolean[] tokens = new boolean[128];
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                .chars()
                .forEach(c -> tokens[c] = true);
        return tokens;
    }

    /** Lines and fields beyond {@code longestHead} octets are not looked at: the decoder refuses them by itself. */
    RequestFraming(int longestHead) {
        this.longestHead = longestHead;
    }

    Optional<Fault> fault() {
        return fault;
    }

    /** Whether the fault lies in a head, so that there is no request yet that it belongs to. */
    boolean isInHead() {
        return phase == Phase.START || phase == Phase.FIELDS;
    }

    /** How many octets may be taken over at once, without looking at them; 0 when the next must be looked at. */
    long skippable() {
        boolean skips = phase == Phase.CONTENT || phase == Phase.CHUNK;
        return skips ? left : 0;
    }

    void skip(long count) {
        left -= count;
        if (left == 0) {
            phase = phase == Phase.CONTENT ? next() : Phase.CHUNK_END;
        }
    }

    /** Looks at the next octet; false when it cannot stand there, and then nothing more is to be read. */
    boolean accept(int octet) {
        boolean wellFormed = octet == '\n' ? endOfLine() : within(octet);
        if (!wellFormed && fault.isEmpty()) {
            fault = Optional.of(Fault.MALFORMED);
        }
        return wellFormed;
    }

    private boolean within(int octet) {
        headSize++;
        boolean afterReturn = !line.isEmpty() && line.charAt(line.length() - 1) == '\r';
        if (phase == Phase.CHUNK_END && !(line.isEmpty() && octet == '\r')) {
            return false;
        }
        if (headSize <= limit()) {
            line.append((char) (octet & 0xff));
            return !afterReturn && !isEndlessMethod();
        }
        // Too long a head is the decoder's to refuse, with the status that fits.
        return isInHead();
    }

    /** What has no end cannot be a method; it need not be told from a long target (§3.1). */
    private boolean isEndlessMethod() {
        return phase == Phase.START && line.length() == LONGEST_METHOD && line.indexOf(" ") < 0;
    }

    private int limit() {
        return isInHead() || phase == Phase.TRAILERS ? longestHead : LONGEST_CHUNK_LINE;
    }

    private boolean endOfLine() {
        int last = line.length() - 1;
        if (last < 0 || line.charAt(last) != '\r') {
            return false;
        }
        String text = line.substring(0, last);
        line.setLength(0);
        return switch (phase) {
            case START -> start(text);
            case FIELDS -> text.isEmpty() ? endOfHead() : field(text);
            case CHUNK_SIZE -> chunk(text);
            case CHUNK_END -> chunkEnd();
            case TRAILERS -> text.isEmpty() ? endOfMessage() : isField(text);
            case CONTENT, CHUNK -> false;
        };
    }

    /** An empty line or two before a request are forgiven (§2.2). */
    private boolean start(String text) {
        if (text.isEmpty()) {
            return ++emptyLines <= MOST_EMPTY_LINES;
        }
        int afterMethod = text.indexOf(' ');
        int afterTarget = text.lastIndexOf(' ');
        boolean wellFormed = isToken(text, afterMethod)
                && isTarget(text, afterMethod + 1, afterTarget)
                && VERSION.matcher(text).region(afterTarget + 1, text.length()).matches();
        if (!wellFormed) {
            return false;
        }
        String version = text.substring(text.length() - 3);
        if (!version.startsWith("1.")) {
            return refuse(Fault.OTHER_VERSION);
        }
        old = version.equals("1.0");
        phase = Phase.FIELDS;
        return true;
    }

    private boolean field(String text) {
        if (!isField(text)) {
            return false;
        }
        if (isNamed(text, "Content-Length")) {
            lengths.add(text.substring("Content-Length:".length()).strip());
        } else if (isNamed(text, "Transfer-Encoding")) {
            codings.add(text.substring("Transfer-Encoding:".length()).strip());
        }
        return true;
    }

    private static boolean isNamed(String field, String name) {
        return field.length() > name.length()
                && field.charAt(name.length()) == ':'
                && field.regionMatches(true, 0, name, 0, name.length());
    }

    /** By hand, because every line of every head comes here. */
    private static boolean isField(String text) {
        int colon = text.indexOf(':');
        if (!isToken(text, colon)) {
            return false;
        }
        for (int i = colon + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c == DELETE) {
                return false;
            }
        }
        return true;
    }

    /** Whether the text begins with a token of that length, which is not 0. */
    private static boolean isToken(String text, int length) {
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= TOKENS.length || !TOKENS[c]) {
                return false;
            }
        }
        return length > 0;
    }

    /** Visible ASCII: what else a target names is percent-encoded (§3.2), so that nobody decodes it in a way of his own. */
    private static boolean isTarget(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= DELETE) {
                return false;
            }
        }
        return from < to;
    }

    /** §6.3: how long the content is. */
    private boolean endOfHead() {
        if (!codings.isEmpty()) {
            return chunked();
        }
        if (lengths.isEmpty()) {
            return endOfMessage();
        }
        if (lengths.size() > 1 || !LENGTH.matcher(lengths.getFirst()).matches()) {
            return false;
        }
        left = Long.parseLong(lengths.getFirst());
        phase = left == 0 ? next() : enter(Phase.CONTENT);
        return true;
    }

    private boolean chunked() {
        String coding = codings.getFirst().toLowerCase(Locale.ROOT);
        if (!lengths.isEmpty() || codings.size() > 1 || old) {
            return false;
        }
        if (coding.matches(TOKEN + "([ \\t]*,[ \\t]*" + TOKEN + ")*[ \\t]*,[ \\t]*chunked")
                && !coding.contains("chunked,")
                && coding.indexOf("chunked") == coding.lastIndexOf("chunked")) {
            return refuse(Fault.UNKNOWN_CODING);
        }
        if (!coding.equals("chunked")) {
            return false;
        }
        phase = enter(Phase.CHUNK_SIZE);
        return true;
    }

    private boolean chunk(String text) {
        var size = CHUNK_LINE.matcher(text);
        if (!size.matches() || text.isEmpty() || !isHex(text.charAt(0))) {
            return false;
        }
        left = size.group(1).isEmpty() ? 0 : Long.parseLong(size.group(1), 16);
        phase = enter(left == 0 ? Phase.TRAILERS : Phase.CHUNK);
        return true;
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0 && c < 0x80;
    }

    private boolean chunkEnd() {
        phase = enter(Phase.CHUNK_SIZE);
        return true;
    }

    private boolean endOfMessage() {
        phase = next();
        return true;
    }

    private Phase next() {
        emptyLines = 0;
        lengths.clear();
        codings.clear();
        return enter(Phase.START);
    }

    private Phase enter(Phase entered) {
        headSize = 0;
        return entered;
    }

    private boolean refuse(Fault with) {
        fault = Optional.of(with);
        return false;
    }
}
