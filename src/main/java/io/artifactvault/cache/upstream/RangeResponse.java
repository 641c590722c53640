package io.artifactvault.cache.upstream;

import io.artifactvault.backend.Facts;
import io.artifactvault.backend.Verdict;
import io.artifactvault.http.Fields;
import io.artifactvault.http.OriginId;
import io.artifactvault.http.conditional.ByteRange;
import io.artifactvault.http.conditional.ContentRange;
import io.artifactvault.http.conditional.Validator;
import io.artifactvault.origin.Hop;
import io.artifactvault.origin.OriginException;
import io.artifactvault.origin.OriginFailure;
import io.artifactvault.origin.OriginResponse;
import io.artifactvault.origin.redirect.RedirectFollower.Arrival;
import java.util.List;
import java.util.Optional;

/**
 * Upstream's response to a Range request: the requested part, or the whole content if upstream ignores Range. Confined
 * to the thread that reads it.
 *
 * @param offset the position in the content at which the response's body begins
 * @param whole whether Range was ignored
 */
public record RangeResponse(Arrival arrival, long offset, boolean whole) implements AutoCloseable {
    private static final String CODING = "Content-Encoding";

    /**
     * Reads a response that upstream sent or redirected to.
     *
     * @throws OriginException if the response is a refusal, another part, or content other than the entry's
     */
    static RangeResponse of(Arrival arrival, Representation content, ByteRange range) throws OriginException {
        requireSameContent(arrival, content);
        int status = arrival.last().status();
        if (content.isProven() && Upstreams.isEncoded(arrival.response()) && status / 100 == 2) {
            throw Hops.unexpected(arrival.last(), "a Content-Encoding although identity was requested");
        }
        if (status == 206) {
            requirePart(arrival, content, range);
            return new RangeResponse(arrival, range.first(), false);
        }
        if (status == 429 || status >= 500) {
            throw new OriginException(
                    OriginFailure.UNAVAILABLE, OriginId.of(arrival.last().uri()).authority() + " (" + status + ")");
        }
        Verdict verdict = content.judge(Hops.answers(arrival.hops()));
        if (status == 200 && verdict instanceof Verdict.Content(Facts facts, boolean here) && here) {
            requireSame(facts, content, arrival.last());
            return new RangeResponse(arrival, 0, true);
        }
        // A mirror or CDN does not identify the content; the digest is checked when all bytes have arrived.
        if (content.isProven() && isWhole(arrival, content)) {
            return new RangeResponse(arrival, 0, true);
        }
        throw Hops.unexpected(arrival.last(), "the response is not the content");
    }

    /**
     * Reads a response from a location to which upstream had redirected before. Empty if it is not the content: it must
     * then be requested from upstream again.
     */
    static Optional<RangeResponse> ofPlace(Arrival arrival, Representation content, ByteRange range) {
        Fields fields = arrival.response().fields();
        boolean otherCoding = content.isProven() && Upstreams.isEncoded(arrival.response());
        boolean otherTarget = !content.isFrom(arrival.last().uri());
        if (otherCoding || otherTarget || !hasSameValidator(fields, content)) {
            return Optional.empty();
        }
        if (arrival.last().status() == 206 && isPart(fields, content, range)) {
            return Optional.of(new RangeResponse(arrival, range.first(), false));
        }
        return isWhole(arrival, content) ? Optional.of(new RangeResponse(arrival, 0, true)) : Optional.empty();
    }

    private static boolean isWhole(Arrival arrival, Representation content) {
        return arrival.last().status() == 200
                && !arrival.response().fields().has(CODING)
                && arrival.response().contentLength().equals(content.entry().length());
    }

    /**
     * Requires that upstream's redirect identifies the same content as before, so that a push in the meantime is
     * detected.
     */
    private static void requireSameContent(Arrival arrival, Representation content) throws OriginException {
        List<Hop> hops = arrival.hops();
        for (int i = 1; i <= hops.size(); i++) {
            Hop hop = hops.get(i - 1);
            if (hop.isRedirect()
                    && content.judge(Hops.answers(hops.subList(0, i))) instanceof Verdict.Content(Facts facts, var _)) {
                requireSame(facts, content, hop);
            }
        }
        int status = arrival.last().status();
        boolean otherVersion = status == 206 && !hasSameValidator(arrival.last().fields(), content);
        boolean otherTarget = (status / 100 == 2 || status == 416)
                && !content.isFrom(arrival.last().uri());
        if (otherVersion || otherTarget) {
            throw changed(arrival.last());
        }
    }

    private static void requireSame(Facts facts, Representation content, Hop hop) throws OriginException {
        boolean same = content.isProven()
                ? facts.digest().isEmpty()
                        || facts.digest().equals(content.entry().content())
                : hasSameValidator(facts.fields(), content);
        boolean sameLength = facts.length().isEmpty()
                || facts.length().equals(content.entry().length());
        if (!same || !sameLength) {
            throw changed(hop);
        }
    }

    /**
     * Whether the validator matches. If no digest will be checked, it must be strong and equal, and so must the coding,
     * because some origins use one validator for all codings. If a digest will be checked, each location may have its
     * own validator.
     */
    private static boolean hasSameValidator(Fields fields, Representation content) {
        Fields stored = content.entry().fields();
        Optional<Validator> ours = Validator.strong(stored);
        return content.isProven()
                || (ours.isPresent()
                        && Validator.strong(fields).equals(ours)
                        && fields.all(CODING).equals(stored.all(CODING)));
    }

    private static void requirePart(Arrival arrival, Representation content, ByteRange range) throws OriginException {
        if (!isPart(arrival.response().fields(), content, range)) {
            throw Hops.unexpected(arrival.last(), "a range other than the requested one");
        }
    }

    private static boolean isPart(Fields fields, Representation content, ByteRange range) {
        return ContentRange.of(fields, content.entry().length())
                .filter(part -> part.range().first() == range.first()
                        && part.completeLength() == content.entry().length().orElse(-1))
                .isPresent();
    }

    private static OriginException changed(Hop hop) {
        return new OriginException(
                OriginFailure.CONTENT_CHANGED, OriginId.of(hop.uri()).authority());
    }

    public OriginResponse response() {
        return arrival.response();
    }

    @Override
    public void close() {
        arrival.close();
    }
}
