package io.artifactvault.server.wire;

import io.artifactvault.http.MessageFraming;
import io.artifactvault.http.Scan;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Parses the octets of a client: requests, one after the other. At most one Content-Length or one Transfer-Encoding
 * (RFC 9112 §6.3), never a list of either. Confined to the channel's event loop.
 */
public final class RequestFraming extends MessageFraming {
    private static final String VERSION = "HTTP/";
    private static final String CHUNKED = "chunked";
    private static final int LONGEST_METHOD = 128;
    private static final int MOST_EMPTY_LINES = 4;

    private int emptyLines;
    private boolean old;

    public RequestFraming(int longestHead) {
        super(longestHead);
    }

    /** One or two empty lines before a request are tolerated (§2.2). */
    @Override
    protected boolean start(String text) {
        if (text.isEmpty()) {
            return ++emptyLines <= MOST_EMPTY_LINES;
        }
        int afterMethod = text.indexOf(' ');
        int afterTarget = text.lastIndexOf(' ');
        boolean wellFormed = isToken(text, afterMethod)
                && isTarget(text, afterMethod + 1, afterTarget)
                && isVersion(text, afterTarget + 1);
        if (!wellFormed) {
            return false;
        }
        String version = text.substring(text.length() - 3);
        if (!version.startsWith("1.")) {
            return refuse(Fault.OTHER_VERSION);
        }
        old = version.equals("1.0");
        emptyLines = 0;
        return begin();
    }

    private static boolean isVersion(String text, int from) {
        return text.length() == from + VERSION.length() + 3
                && text.startsWith(VERSION, from)
                && Scan.isDigit(text.charAt(text.length() - 3))
                && text.charAt(text.length() - 2) == '.'
                && Scan.isDigit(text.charAt(text.length() - 1));
    }

    /**
     * A method without an end in sight is invalid; it need not be distinguished from a target that is too long (§3.1).
     */
    @Override
    protected boolean isHopeless(StringBuilder unfinished) {
        return unfinished.length() == LONGEST_METHOD && unfinished.indexOf(" ") < 0;
    }

    /**
     * Visible ASCII: other characters of a target must be percent-encoded (§3.2), so that all parsers decode it alike.
     */
    private static boolean isTarget(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= DELETE) {
                return false;
            }
        }
        return from < to;
    }

    @Override
    protected boolean endOfHead(List<String> lengths, List<String> codings) {
        if (!codings.isEmpty()) {
            return lengths.isEmpty() && codings.size() == 1 && !old && coded(codings.getFirst());
        }
        return lengths.isEmpty() ? noContent() : content(lengths);
    }

    private boolean coded(String value) {
        String coding = value.toLowerCase(Locale.ROOT);
        return areMoreCodings(coding) ? refuse(Fault.UNKNOWN_CODING) : coding.equals(CHUNKED) && chunks();
    }

    /** Whether the value is a list of codings of which the last, and only the last, is chunked. */
    private static boolean areMoreCodings(String list) {
        int last = list.lastIndexOf(',');
        return last >= 0
                && list.substring(last + 1).strip().equals(CHUNKED)
                && Arrays.stream(list.substring(0, last).split(",", -1))
                        .map(String::strip)
                        .allMatch(coding -> isToken(coding, coding.length()) && !coding.equals(CHUNKED));
    }
}
