package io.artifactvault.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * Checks the octets of one direction of a connection against the grammar of RFC 9112 before other code uses them: two
 * parsers must never see two different messages in them. Strict where the RFC leaves a choice: no bare LF or CR (§2.2),
 * no line folding (§5.2), no lenient chunks (§7.1), and blanks before a colon (§5.1) or after a chunk's size only where
 * {@link #toleratesBlanks}. Subclasses define the start line and the length of the content, in which requests and
 * responses differ.
 *
 * <p>Phases: head, line by line → content by length, chunk by chunk with its trailers, or to the end of the connection
 * → the next head. Confined to one thread.
 */
public abstract class MessageFraming {
    /** The error in a message. */
    public enum Fault {
        MALFORMED,
        /** The message has a transfer coding other than chunked (§6.1). */
        UNKNOWN_CODING,
        /** The message is not HTTP/1 (RFC 9110 §15.6.6). */
        OTHER_VERSION
    }

    private enum Phase {
        START,
        FIELDS,
        CONTENT,
        TO_THE_END,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILERS
    }

    protected static final char DELETE = 0x7f;
    private static final String CONTENT_LENGTH = "Content-Length";
    private static final String TRANSFER_ENCODING = "Transfer-Encoding";
    private static final boolean[] TOKENS = tokens();
    private static final int MOST_LENGTH_DIGITS = 18;
    private static final int MOST_SIZE_DIGITS = 15;
    private static final int LONGEST_CHUNK_LINE = 4096;

    private final int longestHead;
    private final StringBuilder line = new StringBuilder();
    private final List<String> lengths = new ArrayList<>();
    private final List<String> codings = new ArrayList<>();
    private Phase phase = Phase.START;
    private int headSize;
    private long left;
    private Optional<Fault> fault = Optional.empty();

    private static boolean[] tokens() {
        boolean[] tokens = new boolean[128];
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                .chars()
                .forEach(c -> tokens[c] = true);
        return tokens;
    }

    /** Lines and fields beyond {@code longestHead} octets are not checked: the decoder rejects them itself. */
    protected MessageFraming(int longestHead) {
        this.longestHead = longestHead;
    }

    /**
     * Reads a line where a message may start: calls {@link #begin} if it is a start line, ignores it if it may precede
     * one, and returns false otherwise.
     */
    protected abstract boolean start(String text);

    /**
     * Whether spaces and tabs are allowed after a chunk's size and between a field's name and its colon, unless the
     * field frames the message. In requests they are not (§5.1).
     */
    protected boolean toleratesBlanks() {
        return false;
    }

    /** Called with the index of the first blank after a chunk's size. */
    protected void padding(int at) {}

    /** Whether an incomplete line can no longer become the start of a message. */
    protected boolean isHopeless(StringBuilder unfinished) {
        return false;
    }

    /**
     * Sets the length of the content (§6.3), with one of {@link #noContent}, {@link #content}, {@link #chunks},
     * {@link #contentToTheEnd} or {@link #refuse}; false when the length cannot be determined.
     *
     * @param lengths the values of Content-Length
     * @param codings the values of Transfer-Encoding
     */
    protected abstract boolean endOfHead(List<String> lengths, List<String> codings);

    public final Optional<Fault> fault() {
        return fault;
    }

    /** Whether the error is in a head, so that there is no message yet that it belongs to. */
    public final boolean isInHead() {
        return phase == Phase.START || phase == Phase.FIELDS;
    }

    /** Whether no incomplete part of a message has arrived. */
    public final boolean isBetweenMessages() {
        return phase == Phase.START && line.isEmpty();
    }

    /** Checks octets from an index on; returns the index of the first that is not well formed, or {@code to}. */
    public final int advance(int from, int to, IntUnaryOperator octets) {
        int at = from;
        while (at < to) {
            long skippable = phase == Phase.CONTENT || phase == Phase.CHUNK || phase == Phase.TO_THE_END ? left : 0;
            if (skippable > 0) {
                int count = (int) Math.min(skippable, to - at);
                skip(count);
                at += count;
            } else if (accept(octets.applyAsInt(at) & 0xff)) {
                notePadding(at);
                at++;
            } else {
                return at;
            }
        }
        return at;
    }

    /**
     * Does the same for a caller that holds a buffer.
     *
     * @param failed runs when this throws, to release the buffer
     */
    public final int advance(int from, int to, IntUnaryOperator octets, Runnable failed) {
        boolean advanced = false;
        try {
            int end = advance(from, to, octets);
            advanced = true;
            return end;
        } finally {
            if (!advanced) {
                failed.run();
            }
        }
    }

    private void notePadding(int at) {
        int last = line.length() - 1;
        boolean blank = phase == Phase.CHUNK_SIZE && last > 0 && Scan.isSpace(line.charAt(last));
        if (blank && Scan.isHexDigit(line.charAt(last - 1)) && isHexDigits(last)) {
            padding(at);
        }
    }

    private boolean isHexDigits(int to) {
        int digits = 0;
        while (digits < to && Scan.isHexDigit(line.charAt(digits))) {
            digits++;
        }
        return digits == to;
    }

    private void skip(long count) {
        if (phase == Phase.TO_THE_END) {
            return;
        }
        left -= count;
        if (left == 0) {
            phase = phase == Phase.CONTENT ? next() : Phase.CHUNK_END;
        }
    }

    private boolean accept(int octet) {
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
            line.append((char) octet);
            return !afterReturn && !(phase == Phase.START && isHopeless(line));
        }
        // The decoder rejects a head that is too long, with the appropriate status.
        return isInHead();
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
            case FIELDS -> text.isEmpty() ? endOfHead(lengths, codings) : field(text);
            case CHUNK_SIZE -> chunk(text);
            case CHUNK_END -> chunkEnd();
            case TRAILERS -> text.isEmpty() ? noContent() : isField(text);
            case CONTENT, CHUNK, TO_THE_END -> false;
        };
    }

    private boolean field(String text) {
        if (!isField(text)) {
            return false;
        }
        if (isNamed(text, CONTENT_LENGTH)) {
            lengths.add(text.substring(CONTENT_LENGTH.length() + 1).strip());
        } else if (isNamed(text, TRANSFER_ENCODING)) {
            codings.add(text.substring(TRANSFER_ENCODING.length() + 1).strip());
        }
        return true;
    }

    private static boolean isNamed(String field, String name) {
        return field.length() > name.length()
                && field.charAt(name.length()) == ':'
                && field.regionMatches(true, 0, name, 0, name.length());
    }

    /** Whether the text is a well-formed field. Hand-written, because every line of every head is checked here. */
    private boolean isField(String text) {
        int colon = text.indexOf(':');
        int name = toleratesBlanks() ? withoutBlanks(text, colon) : colon;
        if (!isToken(text, name) || (name < colon && framesMessages(text, name))) {
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

    /** The end of the text without the white space directly before the given index. */
    private static int withoutBlanks(String text, int to) {
        int end = to;
        while (end > 0 && Scan.isSpace(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    private static boolean framesMessages(String text, int name) {
        String field = text.substring(0, name);
        return field.equalsIgnoreCase(CONTENT_LENGTH) || field.equalsIgnoreCase(TRANSFER_ENCODING);
    }

    /** Whether the text begins with a token of that length, which is not 0. */
    protected static boolean isToken(String text, int length) {
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= TOKENS.length || !TOKENS[c]) {
                return false;
            }
        }
        return length > 0;
    }

    private boolean chunk(String text) {
        int end = Scan.skip(text, 0, Scan::isHexDigit);
        String size = Scan.significant(text.substring(0, end));
        boolean padded = toleratesBlanks() && withoutBlanks(text, text.length()) == end;
        if (size.isEmpty() || size.length() > MOST_SIZE_DIGITS || !(padded || ChunkExtensions.areSound(text, end))) {
            return false;
        }
        left = Long.parseLong(size, 16);
        phase = enter(left == 0 ? Phase.TRAILERS : Phase.CHUNK);
        return true;
    }

    private boolean chunkEnd() {
        phase = enter(Phase.CHUNK_SIZE);
        return true;
    }

    /** The start line was valid; fields follow. */
    protected final boolean begin() {
        phase = Phase.FIELDS;
        return true;
    }

    /** The message has no content and ends with its head. */
    protected final boolean noContent() {
        phase = next();
        return true;
    }

    /** The message has content of the length that the single value gives. */
    protected final boolean content(List<String> lengths) {
        if (lengths.size() > 1 || !Scan.isNumber(lengths.getFirst(), MOST_LENGTH_DIGITS)) {
            return false;
        }
        left = Long.parseLong(lengths.getFirst());
        phase = left == 0 ? next() : enter(Phase.CONTENT);
        return true;
    }

    protected final boolean chunks() {
        phase = enter(Phase.CHUNK_SIZE);
        return true;
    }

    protected final boolean contentToTheEnd() {
        left = Long.MAX_VALUE;
        phase = enter(Phase.TO_THE_END);
        return true;
    }

    protected final boolean refuse(Fault with) {
        fault = Optional.of(with);
        return false;
    }

    private Phase next() {
        lengths.clear();
        codings.clear();
        return enter(Phase.START);
    }

    private Phase enter(Phase entered) {
        headSize = 0;
        return entered;
    }
}
