package io.artifactvault.origin;

import io.artifactvault.http.MessageFraming;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The octets of an origin: the interim answers and the final one to the request that {@link #expect} was told of. A fault makes
 * the answer a bad message, line folding included (RFC 9112 §5.2 leaves that choice). Confined to the channel's event loop.
 */
final class AnswerFraming extends MessageFraming {
    /** Without the space before an empty reason as well: many send it so (§4). */
    private static final Pattern STATUS_LINE =
            Pattern.compile("HTTP/1\\.([0-9]) ([1-5][0-9]{2})(?: [\\t -~\\x80-\\xff]*)?");

    private boolean headRequest;
    private boolean answered;
    private boolean old;
    private int status;

    AnswerFraming(int longestHead) {
        super(longestHead);
    }

    void expect(boolean forHeadRequest) {
        headRequest = forHeadRequest;
        answered = false;
    }

    @Override
    protected boolean start(String text) {
        var line = STATUS_LINE.matcher(text);
        if (answered || !line.matches()) {
            return false;
        }
        old = line.group(1).equals("0");
        status = Integer.parseInt(line.group(2));
        return begin();
    }

    @Override
    protected boolean endOfHead(List<String> lengths, List<String> codings) {
        boolean interim = status < 200;
        answered = !interim;
        boolean chunked = codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked");
        // A coding besides chunked would have to be undone here, and we never ask for one (TE is not sent).
        if (!codings.isEmpty() && (!chunked || !lengths.isEmpty() || old)) {
            return false;
        }
        // Also where no content follows, a length that cannot be is a fault.
        boolean measured = lengths.isEmpty() || content(lengths);
        if (interim || headRequest || status == 204 || status == 304) {
            return measured && noContent();
        }
        return chunked ? chunks() : measured && (!lengths.isEmpty() || contentToTheEnd());
    }
}
