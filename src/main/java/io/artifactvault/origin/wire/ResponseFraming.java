package io.artifactvault.origin.wire;

import io.artifactvault.http.MessageFraming;
import io.artifactvault.http.Scan;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/**
 * Parses the octets of an origin: the interim responses and the final response to the request passed to
 * {@link #expect}. An error makes the response a bad message; this includes line folding (RFC 9112 §5.2 leaves that
 * choice). Confined to the channel's event loop.
 */
public final class ResponseFraming extends MessageFraming {
    /**
     * The start of a status line, in which the space before an empty reason may be missing, because many origins omit
     * it (§4).
     */
    private static final String VERSION = "HTTP/1.";

    private static final int STATUS = VERSION.length() + 2;
    private static final int REASON = STATUS + 3;

    /** The buffer that is being checked. */
    private ByteBuf current = Unpooled.EMPTY_BUFFER;

    private boolean headRequest;
    private boolean finalHead;
    private boolean old;
    private int status;

    public ResponseFraming(int longestHead) {
        super(longestHead);
    }

    void expect(boolean forHeadRequest) {
        headRequest = forHeadRequest;
        finalHead = false;
    }

    /**
     * Checks all readable octets; returns the index of the first that is not well formed. Releases the buffer when this
     * throws.
     */
    public int advance(ByteBuf bytes) {
        current = bytes;
        int end = advance(bytes.readerIndex(), bytes.writerIndex(), bytes::getByte, bytes::release);
        current = Unpooled.EMPTY_BUFFER;
        return end;
    }

    @Override
    protected boolean start(String text) {
        if (finalHead || !isStatusLine(text)) {
            return false;
        }
        old = text.charAt(VERSION.length()) == '0';
        status = Integer.parseInt(text.substring(STATUS, REASON));
        return begin();
    }

    /** True: a proxy has to remove white space before a colon (§5.1), and origins pad the sizes of their chunks. */
    @Override
    protected boolean toleratesBlanks() {
        return true;
    }

    /**
     * Turns blanks after a chunk's size into an empty extension, because Netty's decoder accepts blanks only before
     * one.
     */
    @Override
    protected void padding(int at) {
        current.setByte(at, ';');
    }

    private static boolean isStatusLine(String text) {
        return text.length() >= REASON
                && text.startsWith(VERSION)
                && Scan.isDigit(text.charAt(VERSION.length()))
                && text.charAt(STATUS - 1) == ' '
                && text.charAt(STATUS) >= '1'
                && text.charAt(STATUS) <= '5'
                && Scan.isNumber(text.substring(STATUS, REASON), 3)
                && (text.length() == REASON || text.charAt(REASON) == ' ')
                && Scan.skip(text, REASON, ResponseFraming::isReason) == text.length();
    }

    private static boolean isReason(char c) {
        return c == '\t' || Scan.isPrintable(c) || (c >= 0x80 && c <= 0xff);
    }

    @Override
    protected boolean endOfHead(List<String> lengths, List<String> codings) {
        boolean interim = status < 200;
        finalHead = !interim;
        boolean chunked = codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked");
        // A coding other than chunked would have to be decoded here, and the vault never requests one (TE is not sent).
        if (!codings.isEmpty() && (!chunked || !lengths.isEmpty() || old)) {
            return false;
        }
        // An invalid length is an error even if no content follows.
        boolean measured = lengths.isEmpty() || content(lengths);
        if (interim || headRequest || status == 204 || status == 304) {
            return measured && noContent();
        }
        return chunked ? chunks() : measured && (!lengths.isEmpty() || contentToTheEnd());
    }
}
